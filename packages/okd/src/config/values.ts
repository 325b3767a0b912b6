// The value types of one-value directives (okws-server.md §2.3): how a word becomes a setting and how it is written back.
import type { ServiceDefaults, Settings } from "./settings.js";

/** The fields of all groups of settings whose type is exactly covered by `Value`, as `group.field`. */
export type FieldOf<Value> = {
  [Group in keyof Settings]: Settings[Group] extends readonly unknown[]
    ? never
    : {
        [Field in keyof Settings[Group] & string]: [Settings[Group][Field]] extends [Value]
          ? [Value] extends [Settings[Group][Field]]
            ? `${Group}.${Field}`
            : never
          : never;
      }[keyof Settings[Group] & string];
}[keyof Settings];

/** Why a word is no value: it is not of the form at all, or it is one outside the range. */
export type ValueProblem = "form" | "range";

/** One type of value, bound to the field it is kept in. */
export interface ValueRule {
  /** How messages and documentation name it. */
  readonly usage: string;
  /** For documentation, empty if nothing is to be said. */
  readonly range: string;
  /** Unit of the word in the file, empty if none. */
  readonly unit: string;
  /** The word may contain no `#`, since a comment may begin anywhere (§2.2). */
  readonly free: boolean;
  /** Where it is kept; null if it is only checked. */
  readonly field: string | null;
  parse(word: string): { value: unknown } | { problem: ValueProblem };
  /** The inverse of `parse`; null if the value cannot be written (nothing is configured). */
  format(value: unknown): string | null;
}

const largestInteger = 2_147_483_647;

/** Parses `-12`, `0x1F`, `017`; undefined for anything else (§2.3 int). */
export function parseInteger(word: string): number | undefined {
  const match = /^([+-]?)(?:0[xX]([0-9a-fA-F]+)|(0[0-7]*)|([1-9][0-9]*))$/.exec(word);
  if (!match) {
    return undefined;
  }
  const [, sign, hexadecimal, octal, decimal] = match;
  const magnitude = hexadecimal
    ? Number.parseInt(hexadecimal, 16)
    : octal
      ? Number.parseInt(octal, 8)
      : Number(decimal);
  return sign === "-" ? 0 - magnitude : magnitude;
}

/** An integer in a range, inclusive; `scale` converts the unit of the file into that of the setting. */
function scaledInteger(
  field: FieldOf<number> | null,
  minimum: number,
  maximum: number,
  scale: number,
  usage: string,
  unit: string,
): ValueRule {
  return {
    usage,
    unit,
    range: maximum === largestInteger ? `at least ${minimum}` : `${minimum} to ${maximum}`,
    free: false,
    field,
    parse(word) {
      const value = parseInteger(word);
      if (value === undefined) {
        return { problem: "form" };
      }
      return value < minimum || value > maximum ? { problem: "range" } : { value: value * scale };
    },
    format: (value) => String(Number(value) / scale),
  };
}

/** An integer without unit. A null field: the value is checked and dropped. */
export const integer = (field: FieldOf<number> | null, minimum: number, maximum = largestInteger) =>
  scaledInteger(field, minimum, maximum, 1, "number", "");

export const bytes = (field: FieldOf<number> | null, minimum: number, maximum = largestInteger) =>
  scaledInteger(field, minimum, maximum, 1, "bytes", "bytes");

/** Seconds in the file, milliseconds in the setting. */
export const seconds = (field: FieldOf<number> | null, minimum: number, maximum = largestInteger) =>
  scaledInteger(field, minimum, maximum, 1000, "seconds", "seconds");

export const milliseconds = (field: FieldOf<number> | null, minimum: number, maximum: number) =>
  scaledInteger(field, minimum, maximum, 1, "milliseconds", "milliseconds");

/** A file mode, best written in octal. */
export const mode = (field: FieldOf<number>): ValueRule => ({
  ...scaledInteger(field, 0, 0o777, 1, "mode", ""),
  range: "0 to 0777",
  format: (value) => `0${Number(value).toString(8)}`,
});

/** One of several words. */
function choice<Value extends string | boolean>(
  field: FieldOf<Value> | null,
  choices: Readonly<Record<string, Value>>,
  outside: ValueProblem,
): ValueRule {
  const words = Object.keys(choices);
  return {
    usage: words.join("|"),
    unit: "",
    range: "",
    free: false,
    field,
    parse(word) {
      if (Object.hasOwn(choices, word)) {
        return { value: choices[word] };
      }
      return { problem: parseInteger(word) === undefined ? "form" : outside };
    },
    format: (value) => words.find((word) => choices[word] === value) ?? null,
  };
}

export const flag = (field: FieldOf<boolean> | null) => choice<boolean>(field, { 0: false, 1: true }, "form");

/** 0 or 1, or −1 for the default. */
export const flagOrDefault = (
  field: `serviceDefaults.${keyof ServiceDefaults}` & FieldOf<boolean>,
  standard: boolean,
) => ({
  ...choice<boolean>(field, { 0: false, 1: true, "-1": standard }, "range"),
  usage: "-1|0|1",
});

/** One of several words, which are the setting. */
export const oneOf = <Value extends string>(field: FieldOf<Value>, ...names: Value[]): ValueRule =>
  choice<Value>(field, Object.fromEntries(names.map((name) => [name, name])) as Record<string, Value>, "form");

/** Mebibytes in the file, bytes in the setting. */
export const mebibytes = (field: FieldOf<number>, minimum: number, maximum: number) =>
  scaledInteger(field, minimum, maximum, 1024 * 1024, "mebibytes", "MiB");

/** A number that stands for a named alternative. */
export const numbered = <Value extends string>(field: FieldOf<Value>, ...names: Value[]): ValueRule =>
  choice<Value>(
    field,
    Object.fromEntries(names.map((name, number) => [number, name])) as Record<string, Value>,
    "range",
  );

/** Any word, byte string. */
export const word = (field: FieldOf<string> | FieldOf<string | null> | null, usage = "word"): ValueRule => ({
  usage,
  unit: "",
  range: "",
  free: false,
  field,
  parse: (text) => ({ value: text }),
  format: (value) => (value === null ? null : String(value)),
});

/** A path that is safe by §2.3: no `.` at either end, no `/.`, no `./`. */
export function isSafePath(path: string): boolean {
  return path !== "" && !path.startsWith(".") && !path.endsWith(".") && !path.includes("/.") && !path.includes("./");
}

/**
 * The value of a word that is `$NAME` as a whole, or the word itself (§2.3 dir, exec).
 * Undefined if the environment has no such variable.
 */
export function fromEnvironment(text: string): string | undefined {
  if (!/^\$[A-Za-z_][A-Za-z0-9_]*$/.test(text)) {
    return text;
  }
  const value = process.env[text.slice(1)];
  return value === undefined ? undefined : Buffer.from(value, "utf8").toString("latin1");
}

/** A directory: `$NAME` from the environment, trailing slashes removed, safe. */
export const directory = (field: FieldOf<string>): ValueRule => ({
  ...word(field, "directory"),
  free: true,
  range: "no `.` at either end, no `/.` or `./`; `$NAME` is taken from the environment",
  format: (value) => (value === "" ? null : String(value)),
  parse(text) {
    const path = fromEnvironment(text)?.replace(/(?<=.)\/+$/, "");
    return path !== undefined && isSafePath(path) ? { value: path } : { problem: "form" };
  },
});

/** Reads a field named `group.field`. */
export function readField(settings: Settings, field: string): unknown {
  const [group, name] = field.split(".");
  return (settings[group as keyof Settings] as unknown as Record<string, unknown>)[name];
}

/** Writes a field named `group.field`; rules guarantee the type. */
export function writeField(settings: Settings, field: string, value: unknown): void {
  const [group, name] = field.split(".");
  (settings[group as keyof Settings] as unknown as Record<string, unknown>)[name] = value;
}
