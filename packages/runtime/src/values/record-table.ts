/**
 * The table of a dictionary whose keys are known when it is made: the properties of an object, which compiled code reads
 * as fast as any JavaScript property. It goes over to a `Map` when keys come or go.
 */
import type { Fields, Table, Value } from "./types.js";

/** More keys than this make a `Map` from the start: objects are for records, not for collections. */
const MOST_FIELDS = 24;

/**
 * Whether a key can be a property: JavaScript would list numbers first whenever they were added, and every object seems
 * to have the names of its prototype.
 */
export function isFieldName(key: string): boolean {
  const first = key.charCodeAt(0);
  return !(first >= 0x30 && first <= 0x39) && !(key in Object.prototype);
}

/** Whether dictionaries with these keys are records. */
export function areFieldNames(keys: readonly string[]): boolean {
  return keys.length <= MOST_FIELDS && keys.every(isFieldName);
}

/** A table in insertion order that is made with its first entries, whose keys satisfy `areFieldNames`. */
export class RecordTable implements Table {
  private map: Map<string, Value> | null = null;

  constructor(
    /** The entries as properties, while `map` is null. */
    public fields: Fields | null,
  ) {}

  get size(): number {
    return this.fields === null ? this.asMap().size : Object.keys(this.fields).length;
  }

  get(key: string): Value {
    const { fields } = this;
    if (fields === null) return this.asMap().get(key);
    return Object.hasOwn(fields, key) ? fields[key] : undefined;
  }

  has(key: string): boolean {
    return this.fields === null ? this.asMap().has(key) : Object.hasOwn(this.fields, key);
  }

  set(key: string, value: Value): this {
    const { fields } = this;
    if (fields !== null && Object.hasOwn(fields, key)) fields[key] = value;
    else this.asMap().set(key, value);
    return this;
  }

  delete(key: string): boolean {
    return this.has(key) && this.asMap().delete(key);
  }

  keys(): IterableIterator<string> {
    return this.fields === null ? this.asMap().keys() : Object.keys(this.fields)[Symbol.iterator]();
  }

  values(): IterableIterator<Value> {
    return this.fields === null ? this.asMap().values() : Object.values(this.fields)[Symbol.iterator]();
  }

  entries(): IterableIterator<[string, Value]> {
    return this.fields === null ? this.asMap().entries() : Object.entries(this.fields)[Symbol.iterator]();
  }

  [Symbol.iterator](): IterableIterator<[string, Value]> {
    return this.entries();
  }

  private asMap(): Map<string, Value> {
    this.map ??= new Map(Object.entries(this.fields ?? {}));
    this.fields = null;
    return this.map;
  }
}
