// Directives that declare services: `Service`, `Service2`, `Script`, `Interpreter` (okws-server.md §2.6).
import type { ConfigWord } from "pub-parser/config";
import { type DirectiveGroup, quoteWord, quoteWords } from "../definition.js";
import type { Draft, Line, ServiceDraft } from "../draft.js";
import type { ServiceSettings, Settings } from "../settings.js";
import { isSafePath } from "../values.js";
import { readProgram, splitEnvironment } from "./programs.js";
import { readServiceOptions, type ServiceOptions, writeServiceOptions } from "./service-options.js";

const longestUri = 128;

export const serviceDirectives: DirectiveGroup = {
  title: "Services",
  directives: [
    {
      name: "Service",
      usage: "[NAME=value ...] PROGRAM [options] URI",
      fixed: null,
      standard: "",
      see: "2.6",
      text: "One web service: a program, and the exact URI it serves. `:PORT/path` serves a path on that port only.",
      read: readService,
      write: (settings) =>
        settings.services
          .filter(({ interpreter, programArguments }) => interpreter === null && programArguments.length === 0)
          .map(
            (service) => `${programWords(service)}${writeServiceOptions(service, settings)} ${quoteWord(service.uri)}`,
          ),
    },
    {
      name: "Service2",
      usage: "[NAME=value ...] URI PROGRAM [options] [arguments ...]",
      fixed: null,
      standard: "",
      see: "2.6",
      text: "The same, with arguments for the program.",
      read: readServiceWithArguments,
      write: (settings) =>
        settings.services
          .filter(({ interpreter, programArguments }) => interpreter === null && programArguments.length > 0)
          .map((service) => {
            const options = `${writeServiceOptions(service, settings)} -- `;
            const words = [...pairs(service.environment), service.uri, service.program];
            return quoteWords(words) + options + quoteWords(service.programArguments);
          }),
    },
    {
      name: "Interpreter",
      usage: "NAME [NAME=value ...] PATH [arguments ...]",
      fixed: null,
      standard: "",
      see: "2.6",
      text: "Names a program that runs scripts, with its environment and first arguments. Scripts are loaded by Node, whatever the interpreter is; its environment counts.",
      read: readInterpreter,
      write: writeInterpreters,
    },
    {
      name: "Script",
      usage: "[NAME=value ...] INTERPRETER SCRIPT [options] URI",
      fixed: null,
      standard: "",
      see: "2.6",
      text: "One web service that is a script. The interpreter's environment comes first, then the script's. Only scripts that Node can load as a module run.",
      read: readScript,
      write: (settings) =>
        settings.services
          .filter(({ interpreter }) => interpreter !== null)
          .map((service) => {
            const words = [...pairs(service.environment), service.interpreter!.name, service.program];
            return `${quoteWords(words)}${writeServiceOptions(service, settings)} ${quoteWord(service.uri)}`;
          }),
    },
  ],
};

function readService(line: Line, draft: Draft): void {
  const { environment, rest } = splitEnvironment(line.words);
  const [program, ...others] = rest;
  if (!program || others.length === 0) {
    line.wrong();
    return;
  }
  const options = readServiceOptions(line, others);
  const [uri, extra] = options.rest;
  if (!uri) {
    reportMissingUri(line, options);
    return;
  }
  warnAboutExtraWords(line, extra);
  addService(line, draft, { program, uri, environment, options, programArguments: [], interpreter: null });
}

function readServiceWithArguments(line: Line, draft: Draft): void {
  const { environment, rest } = splitEnvironment(line.words);
  const [uri, program, ...others] = rest;
  if (!program) {
    line.wrong();
    return;
  }
  const options = readServiceOptions(line, others);
  const programArguments = options.rest.map(({ text }) => text);
  addService(line, draft, { program, uri, environment, options, programArguments, interpreter: null });
}

function readScript(line: Line, draft: Draft): void {
  const { environment, rest } = splitEnvironment(line.words);
  const [interpreter, program, ...others] = rest;
  if (!program || others.length === 0) {
    line.wrong();
    return;
  }
  const options = readServiceOptions(line, others);
  const [uri, extra] = options.rest;
  if (!uri) {
    reportMissingUri(line, options);
    return;
  }
  warnAboutExtraWords(line, extra);
  addService(line, draft, { program, uri, environment, options, programArguments: [], interpreter });
}

function reportMissingUri(line: Line, { incomplete }: ServiceOptions): void {
  if (!incomplete) {
    line.wrong(undefined, "The URI to serve is missing.");
  }
}

function warnAboutExtraWords(line: Line, extra: ConfigWord | undefined): void {
  if (extra) {
    const message = "words after the URI are ignored";
    line.report({ code: "config-usage", message, hint: "Options go before the URI.", severity: "warning" }, extra);
  }
}

interface ServiceWords {
  program: ConfigWord;
  uri: ConfigWord;
  environment: Record<string, string>;
  options: ServiceOptions;
  programArguments: string[];
  interpreter: ConfigWord | null;
}

function addService(line: Line, draft: Draft, words: ServiceWords): void {
  const { program, options, environment, programArguments, interpreter } = words;
  const uri = normaliseUri(words.uri.text);
  if (interpreter === null && !isSafePath(program.text)) {
    line.wrong(program, "A path must not begin or end with a dot, and must not contain /. or ./");
  }
  if (uri === undefined) {
    const message = `${words.uri.text} is no URI of a service`;
    const hint = `Up to ${longestUri} letters, digits and ./_~- after an optional :PORT/, such as /shop or :8080/shop.`;
    line.report({ code: "config-usage", message, hint }, words.uri);
    return;
  }
  const service: ServiceDraft = {
    uri,
    uriPlace: line.place(words.uri),
    program: program.text,
    programArguments,
    environment,
    interpreter: interpreter && { name: interpreter.text, place: line.place(interpreter) },
    siblings: options.siblings,
    runAs: options.runAs,
    directPorts: options.directPorts,
    waitForContinue: options.waitForContinue,
    writableDirectories: options.writableDirectories,
    readablePaths: options.readablePaths,
    nativeAddons: options.nativeAddons,
    options: options.settings,
  };
  draft.services.push(service);
}

/** One leading slash where there is no port, as written where there is one; undefined if it is no URI (§2.3). */
function normaliseUri(text: string): string | undefined {
  const match = text.length <= longestUri ? /^(?:(?::([0-9]+))?\/)?[A-Za-z0-9/._~-]+$/.exec(text) : null;
  if (!match) {
    return undefined;
  }
  if (match[1] !== undefined) {
    const port = Number(match[1]);
    return port >= 1 && port <= 65_535 ? `:${port}${text.slice(1 + match[1].length)}` : undefined;
  }
  return text.replace(/^\/*/, "/");
}

function readInterpreter(line: Line, draft: Draft): void {
  const [name, ...rest] = line.words;
  if (!name || rest.length === 0) {
    line.wrong();
    return;
  }
  if (draft.interpreters.has(name.text)) {
    line.report({ code: "config-repeated", message: `the interpreter ${name.text} is defined already` }, name);
    return;
  }
  const found = readProgram({ ...line, words: rest });
  if (found) {
    const words = found.rest.map(({ text }) => text);
    const { environment, program } = found;
    draft.interpreters.set(name.text, { name: name.text, path: program.text, arguments: words, environment });
  }
}

function writeInterpreters({ services }: Settings): string[] {
  const lines = new Map<string, string>();
  for (const { interpreter } of services) {
    if (interpreter) {
      lines.set(interpreter.name, quoteWords([interpreter.name, interpreter.path, ...interpreter.arguments]));
    }
  }
  return [...lines.values()];
}

function programWords({ environment, program }: ServiceSettings): string {
  return quoteWords([...pairs(environment), program]);
}

function pairs(environment: Record<string, string>): string[] {
  return Object.entries(environment).map(([name, value]) => `${name}=${value}`);
}
