/**
 * The value model (pub-language.md §4): how pub values are represented in JavaScript.
 *
 * | pub type | JavaScript |
 * |---|---|
 * | undefined | `undefined` |
 * | null | `null` |
 * | bool | `boolean` |
 * | int, safe integers (|n| ≤ 2^53 − 1) | `number` that is an integer, never −0 |
 * | int, the rest of signed 64 bit | `bigint` |
 * | uint (any size) | `UInt` |
 * | float with a fraction, ±Infinity, NaN with a positive sign | `number` |
 * | float that is integral (1.0, −0.0, 1e300), NaN with a negative sign | `Float` |
 * | str | `string`: a byte string, one character (U+0000…U+00FF) a byte |
 * | list, dict | `List`, `Dict` |
 * | regex | `Regex` |
 * | function | `Func` (user functions: `Closure`, built-ins: `Builtin`) |
 *
 * So `typeof v === "number"` with an integral value is always an int, and integer arithmetic on such numbers needs no
 * boxing. Each number has exactly one representation: never build `Float`, `bigint` or `UInt` by hand, use
 * `makeInt`, `makeUInt`, `makeFloat`.
 */

export type Value = undefined | null | boolean | number | bigint | string | Float | UInt | List | Dict | Regex | Func;

/** A double that a plain `number` cannot stand for, because it would read as an int (or loses the sign of NaN). */
export class Float {
  constructor(
    readonly value: number,
    /** Only for NaN: printed as `-nan`. */
    readonly negativeNaN: boolean = false,
  ) {}
}

/** An unsigned 64-bit integer; `value` is a `number` when it is a safe integer, else a `bigint`. */
export class UInt {
  constructor(readonly value: number | bigint) {}
}

/**
 * A list. Copy-on-write (§5.4): a *handle* (`owned === false`) shares the item array of the list that it was copied
 * from; `mutable()` gives it a private shallow copy whose containers are handles again. Items are changed in place
 * only, never replaced by another array while owned, so that all handles see the changes of the owner.
 * A hole is `undefined`.
 */
export class List {
  /**
   * The elements can be reached through this list only: data from the host that nothing took an element of yet. A loop
   * that only reads may use the elements as they are.
   */
  pristine = false;

  constructor(
    public items: Value[],
    public owned: boolean = true,
  ) {}
}

/** The entries of a dictionary as properties of an object. */
export type Fields = Record<string, Value>;

/**
 * Storage of a dictionary: a `Map` or `RecordTable` (insertion order), or `ReferenceTable` (order of pub-language.md
 * §4.10).
 */
export interface Table {
  /** The entries as properties, where the table is a record: for compiled code, which must not change them. */
  readonly fields?: Fields | null;
  readonly size: number;
  get(key: string): Value;
  has(key: string): boolean;
  set(key: string, value: Value): unknown;
  delete(key: string): boolean;
  keys(): IterableIterator<string>;
  values(): IterableIterator<Value>;
  entries(): IterableIterator<[string, Value]>;
  [Symbol.iterator](): IterableIterator<[string, Value]>;
}

/** A dictionary; sharing works as in `List`. A stored `undefined` is a key without value (§4.3). */
export class Dict {
  constructor(
    public table: Table,
    public owned: boolean = true,
  ) {}
}

/** A compiled regular expression (§2.6). The JavaScript translation is made on first use by the library. */
export class Regex {
  /** Cache of the translation, owned by `library/regex`. */
  compiled: unknown = undefined;
  constructor(
    readonly pattern: string,
    readonly options: string,
  ) {}
}

/** Anything callable. */
export abstract class Func {
  /** Plain form, e.g. `<f @ a.pub:3>` or `<compiled function> rfn3:len` (§4.8). */
  abstract text(): string;

  /** Whether it is a built-in function: those are false as conditions (§4.4). */
  isBuiltin(): boolean {
    return false;
  }
}
