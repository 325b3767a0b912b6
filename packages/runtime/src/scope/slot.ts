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

/** Up to this many names a search through them is faster than a `Map`, and much faster than making one. */
const FEW_NAMES = 8;

/** A table of variables by name: globals, universals, the bindings of one local layer. */
export class VariableTable {
  /** Set in the table of universals when a name in it hides a built-in. */
  hidesBuiltins = false;
  /** The names in the order in which they came, with their slots; made when the first one comes. */
  private names: string[] | null = null;
  private slots: Slot[] | null = null;
  /** Once there are many names: all slots by name. */
  private byName: Map<string, Slot> | null = null;

  /** The slot of a name, made (unbound) when there is none yet. */
  slot(name: string): Slot {
    return this.find(name) ?? this.add(name, new ValueSlot(UNBOUND));
  }

  /** The slot of a name if it was ever made; it may be unbound. */
  find(name: string): Slot | undefined {
    const { names, slots } = this;
    if (names === null || slots === null) return undefined;
    if (this.byName !== null) return this.byName.get(name);
    for (let index = 0; index < names.length; index++) if (names[index] === name) return slots[index];
    return undefined;
  }

  /** Binds a name to a value; `undefined` makes an empty slot. */
  bind(name: string, value: Value): void {
    const slot = this.find(name);
    if (slot === undefined) this.add(name, new ValueSlot(value));
    else slot.value = value;
  }

  /** Makes a name refer to a slot of another table. */
  alias(name: string, slot: Slot): void {
    const index = this.names?.indexOf(name) ?? -1;
    if (index < 0 || this.slots === null) {
      this.add(name, slot);
      return;
    }
    this.slots[index] = slot;
    this.byName?.set(name, slot);
  }

  private add(name: string, slot: Slot): Slot {
    if (this.names === null || this.slots === null) {
      this.names = [name];
      this.slots = [slot];
      return slot;
    }
    const { names, slots } = this;
    names.push(name);
    slots.push(slot);
    if (this.byName !== null) this.byName.set(name, slot);
    else if (names.length > FEW_NAMES) this.byName = new Map(names.map((known, index) => [known, slots[index]]));
    return slot;
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
    const { names, slots } = this;
    if (names === null || slots === null) return;
    for (let index = 0; index < names.length; index++) {
      const { value } = slots[index];
      if (!(value instanceof Unbound)) yield [names[index], value];
    }
  }
}
