/**
 * A cache in the memory of the process: the point of a process per service is that such caches live long.
 */

export interface CacheOptions {
  /** Entries at most; the one that was used longest ago goes first. */
  readonly maximumEntries: number;
  /** Milliseconds that an entry is good for; default: for ever. */
  readonly lifetime?: number;
}

interface CacheEntry<Value> {
  readonly value: Value | Promise<Value>;
  readonly expires: number;
}

export class Cache<Key, Value> {
  private readonly entries = new Map<Key, CacheEntry<Value>>();

  constructor(private readonly options: CacheOptions) {}

  get size(): number {
    return this.entries.size;
  }

  /**
   * The value of a key, made by `load` when there is none. Requests that ask for the same key meanwhile wait for the same
   * load; a failed one is not kept.
   */
  async get(key: Key, load: (key: Key) => Value | Promise<Value>): Promise<Value> {
    const known = this.fresh(key);
    if (known !== undefined) return known.value;
    const loading = (async () => load(key))();
    const entry = this.put(key, loading);
    try {
      return await loading;
    } catch (error) {
      if (this.entries.get(key) === entry) this.entries.delete(key);
      throw error;
    }
  }

  set(key: Key, value: Value): void {
    this.put(key, value);
  }

  delete(key: Key): boolean {
    return this.entries.delete(key);
  }

  clear(): void {
    this.entries.clear();
  }

  private fresh(key: Key): CacheEntry<Value> | undefined {
    const entry = this.entries.get(key);
    if (entry === undefined) return undefined;
    this.entries.delete(key);
    if (entry.expires <= Date.now()) return undefined;
    // A map keeps the order of insertion: what was used last stands last.
    this.entries.set(key, entry);
    return entry;
  }

  private put(key: Key, value: Value | Promise<Value>): CacheEntry<Value> {
    const { lifetime = Number.POSITIVE_INFINITY, maximumEntries } = this.options;
    const entry = { value, expires: Date.now() + lifetime };
    this.entries.delete(key);
    this.entries.set(key, entry);
    for (const oldest of this.entries.keys()) {
      if (this.entries.size <= maximumEntries) break;
      this.entries.delete(oldest);
    }
    return entry;
  }
}
