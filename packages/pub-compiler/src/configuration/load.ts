/**
 * Finds, reads and checks the configuration file of a project.
 */
import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, extname, join, relative, resolve } from "node:path";
import type { Configuration } from "./configuration.js";
import { importModule, messageOf } from "./import-module.js";
import { CONFIGURATION_KEYS, type KeyTable } from "./keys.js";
import { asConfiguration, findMistakes } from "./validate.js";

/** The names that a configuration file may have. */
export const CONFIGURATION_FILES = ["ts", "mts", "js", "mjs", "json"].map((extension) => `pubc.config.${extension}`);

/** The configuration cannot be used; the message is for its author. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
}

export interface LoadedConfiguration {
  /** Absolute path; null without a file. */
  readonly file: string | null;
  /** With absolute paths. */
  readonly configuration: Configuration;
}

/**
 * Loads the configuration file `file`, or the one in `folder` or the nearest folder above it that has one. Without a file
 * the configuration is empty. Throws a `ConfigurationError` that names the file and the key.
 */
export async function loadConfiguration(folder: string, file?: string): Promise<LoadedConfiguration> {
  const path = file === undefined ? findConfiguration(folder) : resolve(folder, file);
  if (path === null) return { file: null, configuration: {} };
  const value = await readConfiguration(path);
  const mistakes = await findMistakes(value);
  if (mistakes.length > 0) {
    const lines = mistakes.map(({ path: keys, message }) => {
      const what = keys.length === 0 ? "the configuration" : `"${keys.join(".")}"`;
      return `${shown(path)}${lineOfKey(path, keys)}: ${what} ${message}`;
    });
    throw new ConfigurationError(lines.join("\n"));
  }
  return { file: path, configuration: withAbsolutePaths(asConfiguration(value), dirname(path)) };
}

function findConfiguration(start: string): string | null {
  for (let folder = resolve(start); ; folder = dirname(folder)) {
    const found = CONFIGURATION_FILES.map((name) => join(folder, name)).filter((path) => existsSync(path));
    if (found.length > 1) {
      const names = found.map((path) => basename(path)).join(" and ");
      throw new ConfigurationError(`${folder} has ${names}; keep one of them`);
    }
    if (found.length === 1) return found[0];
    if (dirname(folder) === folder) return null;
  }
}

async function readConfiguration(path: string): Promise<unknown> {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) {
    throw new ConfigurationError(`there is no configuration file ${shown(path)}`);
  }
  const extension = extname(path);
  try {
    if (extension === ".json") return JSON.parse(readFileSync(path, "utf8"));
    const module = await importModule(path);
    if (!("default" in module)) throw new Error("it has no default export; write `export default defineConfig({ … })`");
    return module.default;
  } catch (error) {
    throw new ConfigurationError(`${shown(path)} cannot be read: ${messageOf(error)}`);
  }
}

/** `:LINE` of a key, when it can be told from the text. */
function lineOfKey(path: string, keys: readonly string[]): string {
  const key = keys.at(-1);
  if (key === undefined) return "";
  const escaped = key.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const lines = readFileSync(path, "utf8").split("\n");
  const test = new RegExp(`(^|[\\s{,])["']?${escaped}["']?\\s*[:,}]`);
  const found = lines.flatMap((line, index) => (test.test(line) ? [index + 1] : []));
  return found.length === 1 ? `:${found[0]}` : "";
}

function shown(path: string): string {
  const below = relative(process.cwd(), path);
  return below.startsWith("..") ? path : below;
}

function withAbsolutePaths(configuration: Configuration, folder: string): Configuration {
  const absolute = (value: unknown, keys: KeyTable): unknown =>
    Object.fromEntries(
      Object.entries(value as object).map(([name, entry]) => {
        const { shape } = keys[name];
        if (entry === undefined) return [name, entry];
        if (shape.kind === "path") return [name, resolve(folder, entry)];
        if (shape.kind === "paths") return [name, entry.map((each: string) => resolve(folder, each))];
        if (shape.kind === "group") return [name, absolute(entry, shape.keys)];
        if (shape.kind !== "table" || shape.value.kind !== "path") return [name, entry];
        const pairs = Object.entries(entry as Record<string, string>);
        return [name, Object.fromEntries(pairs.map(([key, path]) => [resolve(folder, key), resolve(folder, path)]))];
      }),
    );
  return absolute(configuration, CONFIGURATION_KEYS) as Configuration;
}
