// What the guest book keeps.

export interface Entry {
  id: number;
  name: string;
  text: string;
  /** Epoch seconds. */
  written: number;
}

export interface Store {
  /** The newest entries first, `count` from the `offset`th on. */
  list(offset: number, count: number): Entry[];
  find(id: number): Entry | undefined;
  count(): number;
  /** Adds an entry and returns its id. */
  add(name: string, text: string): number;
  close(): void;
}
