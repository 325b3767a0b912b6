// For tests: configurations from text instead of files.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LoadOptions, loadSettings, type Settings } from "./index.js";

/** The result of loading a configuration, mistakes as `file:line: word: message`. */
export interface Loaded {
  settings: Settings | null;
  errors: string[];
  warnings: string[];
  hints: (string | undefined)[];
}

/** Loads a configuration of one or several files in a temporary directory; the first file is the main one. */
export function loadText(files: string | Record<string, string>, options: LoadOptions = {}): Loaded {
  const directory = mkdtempSync(join(tmpdir(), "okws-config-"));
  try {
    const entries = typeof files === "string" ? [["conf", files]] : Object.entries(files);
    for (const [name, text] of entries) {
      writeFileSync(join(directory, name), text, "latin1");
    }
    const { settings, diagnostics } = loadSettings(join(directory, entries[0][0]), options);
    const written = diagnostics.map(({ severity, hint, file, line, span, source, message }) => {
      const word = source.slice(span.start, span.end);
      return { severity, hint, text: `${file.replace(`${directory}/`, "")}:${line}: ${word}: ${message}` };
    });
    const texts = (wanted: string) => written.filter(({ severity }) => severity === wanted).map(({ text }) => text);
    return {
      settings,
      errors: texts("error"),
      warnings: texts("warning"),
      hints: written.map(({ hint }) => hint),
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Loads a configuration that must be right. */
export function settingsOf(text: string): Settings {
  const { settings, errors } = loadText(text);
  if (!settings) {
    throw new Error(errors.join("\n"));
  }
  return settings;
}
