/**
 * The function library `rfn3`: one table of all built-ins (pub-library.md §1, §8).
 */
import { Builtin } from "../calls/functions.js";
import type { Library } from "../run.js";
import type { BuiltinDefinition } from "./builtin.js";
import { cgiFunctions } from "./cgi.js";
import { diagnosticFunctions } from "./diagnostics.js";
import { dictFunctions } from "./dicts.js";
import { dumpFunctions } from "./dump.js";
import { debugFunctions, environmentFunctions } from "./environment.js";
import { escapingFunctions } from "./escaping.js";
import { formattingFunctions } from "./formatting.js";
import { hashingFunctions } from "./hashing.js";
import { jsonFunctions } from "./json.js";
import { listFunctions } from "./lists.js";
import { numberFunctions } from "./numbers.js";
import { randomFunctions } from "./random.js";
import { regexFunctions } from "./regex-functions.js";
import { sortFunctions } from "./sort.js";
import { specialFunctions } from "./special.js";
import { stringFunctions } from "./strings.js";
import { timeFunctions } from "./time/index.js";
import { typeFunctions } from "./types.js";
import { utf8Functions } from "./utf8.js";
import { versionFunctions } from "./versions.js";
import { waitingFunctions } from "./waiting.js";

/** All built-in functions in alphabetical order. */
export const builtinDefinitions: readonly BuiltinDefinition[] = [
  ...cgiFunctions,
  ...diagnosticFunctions,
  ...dictFunctions,
  ...dumpFunctions,
  ...environmentFunctions,
  ...escapingFunctions,
  ...formattingFunctions,
  ...hashingFunctions,
  ...jsonFunctions,
  ...listFunctions,
  ...numberFunctions,
  ...randomFunctions,
  ...regexFunctions,
  ...sortFunctions,
  ...specialFunctions,
  ...stringFunctions,
  ...timeFunctions,
  ...typeFunctions,
  ...utf8Functions,
  ...versionFunctions,
  ...waitingFunctions,
].sort((a, b) => (a.name < b.name ? -1 : 1));

/** Name of the library and of the dictionary of all its functions. */
export const LIBRARY_NAME = "rfn3";

export const standardLibrary: Library = createLibrary(LIBRARY_NAME, LIBRARY_NAME, builtinDefinitions);

/** What the command line tool has besides the standard library. */
export const debugLibrary: Library = createLibrary(null, "dbglib", debugFunctions);

function createLibrary(name: string | null, textName: string, definitions: readonly BuiltinDefinition[]): Library {
  return { name, functions: new Map(definitions.map((entry) => [entry.name, new Builtin(entry, textName)])) };
}
