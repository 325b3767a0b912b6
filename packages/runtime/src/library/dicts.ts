/**
 * Functions on dictionaries: `keys`, `values`, `items`, `remove`, `map` (pub-library.md §4.9).
 */
import { stored, text } from "../values/index.js";
import { Dict, List, type Table, type Value } from "../values/types.js";
import type { BuiltinDefinition, CallContext } from "./builtin.js";

export const dictFunctions: BuiltinDefinition[] = [
  {
    name: "keys",
    pattern: "d",
    parameters: ["dict"],
    documentation: "The keys of a dictionary.",
    call: (_context: CallContext, { table }: Dict): Value => new List([...table.keys()]),
  },
  {
    name: "values",
    pattern: "d",
    parameters: ["dict"],
    documentation: "Copies of the values of a dictionary.",
    call: (_context: CallContext, { table }: Dict): Value => new List(Array.from(table.values(), stored)),
  },
  {
    name: "items",
    pattern: "d",
    parameters: ["dict"],
    documentation: "The entries of a dictionary, each as list of key and value.",
    call: (_context: CallContext, { table }: Dict): Value =>
      new List(Array.from(table, ([key, value]) => new List([key, stored(value)]))),
  },
  {
    name: "remove",
    pattern: "ds",
    parameters: ["dict", "key"],
    documentation: "Removes a key from a dictionary, in place; whether it was there.",
    call: (_context: CallContext, { table }: Dict, key: string): Value => table.delete(key),
  },
  {
    name: "map",
    pattern: "dO",
    parameters: ["dict", "x"],
    documentation:
      "Translates x by a dictionary: the value whose key is the text of x, or null. A list or dictionary gives one of the translations of its elements.",
    call: (context: CallContext, { table }: Dict, x: Value): Value => new Translation(context, table).of(x),
  },
];

/** A container that is being translated: what is left of it, and where the translations go. */
interface Level {
  readonly entries: Iterator<readonly [key: string | number, value: Value]>;
  readonly add: (key: string | number, translated: Value) => void;
  /** Tells containers apart, whichever handle they are reached by. */
  readonly identity: object;
}

/** Goes through nested containers with an own stack, so that depth is no danger. */
class Translation {
  private readonly levels: Level[] = [];
  private readonly open = new Set<object>();

  constructor(
    private readonly context: CallContext,
    private readonly table: Table,
  ) {}

  of(x: Value): Value {
    const result = this.start(x);
    for (let level = this.levels.at(-1); level !== undefined; level = this.levels.at(-1)) {
      const next = level.entries.next();
      if (next.done) {
        this.levels.pop();
        this.open.delete(level.identity);
      } else {
        level.add(next.value[0], this.start(next.value[1]));
      }
    }
    return result;
  }

  /** The translation of a value; that of a container is filled later. */
  private start(x: Value): Value {
    if (x instanceof List) {
      const items: Value[] = [];
      const add = (_index: string | number, translated: Value) => items.push(translated);
      return this.enter({ entries: x.items.entries(), add, identity: x.items }) ? new List(items) : null;
    }
    if (x instanceof Dict) {
      const table = this.context.run.newTable();
      const add = (key: string | number, translated: Value) => table.set(String(key), translated);
      return this.enter({ entries: x.table.entries(), add, identity: x.table }) ? new Dict(table) : null;
    }
    return stored(this.table.get(text(x === undefined ? null : x)));
  }

  private enter(level: Level): boolean {
    if (this.open.has(level.identity)) {
      this.context.report("map: argument 2 contains itself");
      return false;
    }
    this.open.add(level.identity);
    this.levels.push(level);
    return true;
  }
}
