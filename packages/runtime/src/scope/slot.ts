/**
 * Variables: a slot is the place that a name is bound to. Compiled code holds slots directly where a name can be
 * resolved while compiling; everything else finds them by name through tables and layers.
 */
import type { Value } from "../values/types.js";

/** Marks a slot whose name is not bound (any more); lookups go on to the next layer. */
export class Unbound {
  readonly kind = "unbound";
}
export const UNBOUND = new Unbound();

/** `undefined` is the *empty slot* of pub-language.md §4.3: bound to nothing, reads as null. */
export type SlotContent = Value | Unbound;

/** The place that a name is bound to. */
export interface Slot {
  value: SlotContent;
}

/** A slot that holds its value. */
export class ValueSlot implements Slot {
  constructor(public value: SlotContent) {}
}

/** A slot for a JavaScript variable of compiled code, so that it can be found by name. */
export class VariableSlot implements Slot {
  constructor(
    private readonly get: () => SlotContent,
    private readonly set: (value: SlotContent) => void,
  ) {}

  get value(): SlotContent {
    return this.get();
  }

  set value(value: SlotContent) {
    this.set(value);
  }
}

/** A table of variables by name: globals, universals, the bindings of one local layer. */
export class VariableTable {
  /** Set in the table of universals when a name in it hides a built-in. */
  hidesBuiltins = false;
  /** Made when the first name is bound: many layers stay empty. */
  private table: Map<string, Slot> | null = null;

  private get slots(): Map<string, Slot> {
    this.table ??= new Map();
    return this.table;
  }

  /** The slot of a name, made (unbound) when there is none yet. */
  slot(name: string): Slot {
    let slot = this.slots.get(name);
    if (slot === undefined) {
      slot = new ValueSlot(UNBOUND);
      this.slots.set(name, slot);
    }
    return slot;
  }

  /** The slot of a name if it was ever made; it may be unbound. */
  find(name: string): Slot | undefined {
    return this.table?.get(name);
  }

  /** Binds a name to a value; `undefined` makes an empty slot. */
  bind(name: string, value: Value): void {
    const slot = this.slots.get(name);
    if (slot === undefined) this.slots.set(name, new ValueSlot(value));
    else slot.value = value;
  }

  /** Makes a name refer to a slot of another table. */
  alias(name: string, slot: Slot): void {
    this.slots.set(name, slot);
  }

  /** Removes a binding; true if there was one. */
  unbind(name: string): boolean {
    const slot = this.find(name);
    if (slot === undefined || slot.value === UNBOUND) return false;
    slot.value = UNBOUND;
    return true;
  }

  /** The bound names with their values, in the order in which they were first bound. */
  *entries(): IterableIterator<[string, Value]> {
    for (const [name, slot] of this.slots) {
      const { value } = slot;
      if (!(value instanceof Unbound)) yield [name, value];
    }
  }
}
