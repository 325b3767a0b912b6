// Reads the directives of a file and of the files it includes into a draft (okws-server.md §2.2, §2.4).
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { nearest } from "pub-parser";
import {
  type IncludeDirective,
  lineIndex,
  parseConfig,
  type SettingDirective,
  withoutComment,
} from "pub-parser/config";
import type { Definition } from "./definition.js";
import { directiveNames, directivesByName } from "./directives/index.js";
import { type Draft, type Line, type Place, report, type SourceFile } from "./draft.js";
import { type ValueRule, writeField } from "./values.js";

/**
 * Reads a file into the draft.
 *
 * @param name path, relative to the working directory or, if there is no such file, to the including file
 * @param seen content hashes of the files read so far: the same content twice is a mistake (§2.4)
 * @param includedAt where the file is included; null for the first one, whose absence is reported without a place
 * @returns the beginning of the file, or null if it could not be read
 */
export function readConfigFile(draft: Draft, name: string, seen: Set<string>, includedAt: Place | null): Place | null {
  const found = readSource(name, includedAt);
  if ("problem" in found) {
    const message = `cannot read ${name}: ${found.problem}`;
    const place = includedAt ?? { file: sourceFile(name, ""), span: { start: 0, end: 0 } };
    report(draft, place, { code: "config-file", message });
    return null;
  }
  const hash = createHash("sha256").update(found.source, "latin1").digest("hex");
  if (seen.has(hash)) {
    const hint = "A file is known by its content: two files with the same content count as one.";
    report(draft, includedAt!, { code: "config-repeated", message: `File included more than once: ${name}`, hint });
    return null;
  }
  seen.add(hash);

  const file = sourceFile(found.path, found.source);
  const { directives, diagnostics } = parseConfig(found.source);
  for (const diagnostic of diagnostics) {
    const { line, column } = file.index.positionAt(diagnostic.span.start);
    draft.diagnostics.push({ ...diagnostic, file: file.name, line, column, source: file.source });
  }
  for (const directive of directives) {
    if (directive.type === "include") {
      readConfigFile(draft, directive.file.text, seen, { file, span: includeSpan(directive) });
    } else {
      readDirective(draft, file, directive);
    }
  }
  return { file, span: { start: 0, end: 0 } };
}

const includeSpan = ({ file: { start, end } }: IncludeDirective) => ({ start, end });

function sourceFile(name: string, source: string): SourceFile {
  return { name, source, index: lineIndex(source) };
}

function readSource(name: string, includedAt: Place | null): { path: string; source: string } | { problem: string } {
  const besideIncluder = includedAt ? [resolve(dirname(includedAt.file.name), name)] : [];
  let problem = "no such file";
  for (const path of [name, ...besideIncluder]) {
    try {
      return { path, source: readFileSync(Buffer.from(path, "latin1"), "latin1") };
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== "ENOENT") {
        problem = code ?? String(error);
        break;
      }
    }
  }
  return { problem };
}

function readDirective(draft: Draft, file: SourceFile, directive: SettingDirective): void {
  const { name, words } = directive;
  const definition = directivesByName.get(name.text.toLowerCase());
  if (!definition) {
    const near = nearest(name.text, directiveNames);
    const hint = near && `Did you mean ${near}?`;
    report(
      draft,
      { file, span: name },
      { code: "config-unknown", message: `unknown config parameter: ${name.text}`, hint },
    );
    return;
  }
  const fixed = fixedWords(definition);
  const comment = withoutComment(words, fixed);
  const line = lineOf(draft, file, directive, definition, comment.words);
  if (comment.quotedHash) {
    const message = `${definition.name}: the # begins a comment, even in quotes or behind a backslash`;
    report(draft, { file, span: comment.quotedHash }, { code: "config-comment", message, severity: "warning" });
  }
  if (definition.withoutEffect) {
    const message = `${definition.name} has no effect: ${definition.withoutEffect}`;
    report(draft, { file, span: name }, { code: "config-unused", message, severity: "warning" });
  }
  if ("value" in definition) {
    readValue(draft, line, definition.value);
  } else {
    definition.read(line, draft);
  }
  draft.given.set(definition.name, line.place());
}

function fixedWords(definition: Definition): number | null {
  if (!("value" in definition)) {
    return definition.fixed;
  }
  return definition.value.free ? null : 1;
}

function lineOf(
  draft: Draft,
  file: SourceFile,
  directive: SettingDirective,
  definition: Definition,
  words: Line["words"],
): Line {
  const { name } = definition;
  const usage = "value" in definition ? `<${definition.value.usage}>` : definition.usage;
  const start = directive.start;
  const end = (words.at(-1) ?? directive.name).end;
  const place = (word?: { start: number; end: number }) => ({
    file,
    span: word ? { start: word.start, end: word.end } : { start, end },
  });
  return {
    name,
    usage,
    words,
    place,
    report: (finding, word) => report(draft, place(word), finding),
    wrong: (word, hint) =>
      report(draft, place(word), { code: "config-usage", message: `usage: ${name} ${usage}`, hint }),
  };
}

function readValue(draft: Draft, line: Line, rule: ValueRule): void {
  const [word, extra] = line.words;
  if (!word || extra) {
    line.wrong(extra);
    return;
  }
  const result = rule.parse(word.text);
  if ("value" in result) {
    if (rule.field !== null) {
      writeField(draft.settings, rule.field, result.value);
    }
  } else if (result.problem === "range") {
    const message = `${line.name} out of range: ${word.text} is not ${rule.range || rule.usage.replaceAll("|", " or ")}`;
    line.report({ code: "config-range", message }, word);
  } else {
    line.wrong(word, rule.range && `The value is ${rule.usage}, ${rule.range}.`);
  }
}
