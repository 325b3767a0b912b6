/**
 * Checks a configuration against the table of its keys.
 */
import { nearest } from "pub-parser";
import type { Configuration } from "./configuration.js";
import { CONFIGURATION_KEYS, type KeyTable, type Shape } from "./keys.js";

/** A mistake in a configuration: where it is, and what it is. */
export interface ConfigurationMistake {
  /** Keys from the outermost on. */
  readonly path: readonly string[];
  /** What is wrong, and what to do about it. */
  readonly message: string;
}

/** All mistakes of a value that should be a configuration. */
export async function findMistakes(value: unknown): Promise<ConfigurationMistake[]> {
  const found: ConfigurationMistake[] = [];
  await checkGroup(value, CONFIGURATION_KEYS, [], found);
  return found;
}

/** For values without mistakes. */
export function asConfiguration(value: unknown): Configuration {
  return value as Configuration;
}

async function checkGroup(
  value: unknown,
  keys: KeyTable,
  path: readonly string[],
  found: ConfigurationMistake[],
): Promise<void> {
  if (!isObject(value)) {
    found.push({
      path,
      message: `must be an object with the keys ${Object.keys(keys).join(", ")}, not ${kind(value)}`,
    });
    return;
  }
  for (const [name, entry] of Object.entries(value)) {
    const inner = [...path, name];
    if (Object.hasOwn(keys, name)) {
      if (entry !== undefined) await checkValue(entry, keys[name].shape, inner, found);
    } else found.push({ path: inner, message: unknownKey(name, path, keys) });
  }
}

/** A key that is not there, with the one that may be meant: of the same group, or of another. */
function unknownKey(name: string, path: readonly string[], keys: KeyTable): string {
  const near = nearest(name, Object.keys(keys));
  if (near !== undefined) return `is unknown; did you mean "${[...path, near].join(".")}"?`;
  for (const [outer, { shape }] of Object.entries(CONFIGURATION_KEYS)) {
    if (shape.kind !== "group") continue;
    const other = Object.hasOwn(shape.keys, name) ? name : nearest(name, Object.keys(shape.keys));
    if (other !== undefined) return `is unknown; did you mean "${outer}.${other}"?`;
  }
  return `is unknown; there are ${Object.keys(keys).join(", ")}`;
}

async function checkValue(
  value: unknown,
  shape: Shape,
  path: readonly string[],
  found: ConfigurationMistake[],
): Promise<void> {
  const mistake = (message: string): void => void found.push({ path, message });
  switch (shape.kind) {
    case "text":
    case "path":
      if (typeof value !== "string" || value === "") mistake(`must be a text, not ${kind(value)}`);
      break;
    case "flag":
      if (typeof value !== "boolean") mistake(`must be true or false, not ${kind(value)}`);
      break;
    case "integer": {
      const { least, most } = shape;
      if (!Number.isInteger(value) || (value as number) < least || (value as number) > most) {
        mistake(`must be a whole number from ${least} to ${most}, not ${kind(value)}`);
      }
      break;
    }
    case "choice":
      if (!shape.words.includes(value as string)) {
        mistake(`must be one of ${shape.words.map((word) => `"${word}"`).join(", ")}, not ${kind(value)}`);
      }
      break;
    case "paths":
      if (!Array.isArray(value) || value.some((each) => typeof each !== "string" || each === "")) {
        mistake(`must be a list of texts, not ${kind(value)}`);
      }
      break;
    case "group":
      await checkGroup(value, shape.keys, path, found);
      break;
    case "table": {
      if (!isObject(value)) {
        mistake(`must be an object, not ${kind(value)}`);
        break;
      }
      const names = await shape.names?.();
      for (const [name, entry] of Object.entries(value)) {
        const inner = [...path, name];
        if (names !== undefined && !names.includes(name)) {
          const near = nearest(name, names);
          found.push({ path: inner, message: `is unknown${near === undefined ? "" : `; did you mean "${near}"?`}` });
        } else await checkValue(entry, shape.value, inner, found);
      }
    }
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value as a message shows it. */
function kind(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (value === "") return "an empty text";
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
    return JSON.stringify(value);
  if (value === null || value === undefined) return String(value);
  return typeof value === "function" ? "a function" : "an object";
}
