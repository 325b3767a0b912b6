/**
 * Local layers (pub-language.md §7.1): a chain of variable tables from the innermost outwards. Entering a scope makes
 * a new innermost layer; leaving it goes back to the remembered one, so layers captured by closures live on.
 */
import type { FileIdentity } from "../site/source.js";
import type { Value } from "../values/types.js";
import { type Slot, UNBOUND, ValueSlot, VariableTable } from "./slot.js";

/**
 * `locals`: declarations, loop variables, parameters, a file's metadata. `barrier`: lookups go on at globals.
 * `weak-barrier`: closures capture no further out. `alias`: names that refer to universals (§7.3).
 */
export type LayerKind = "locals" | "barrier" | "weak-barrier" | "alias";

export class Layer extends VariableTable {
  /** The nearest layer from here outwards where closure capture ends (inclusive), or null. */
  readonly boundary: Layer | null;
  /**
   * Set on the layer of a function's parameters: the last of the captured layers. Behind it lookups go on at globals;
   * `undefined` on all other layers.
   */
  readonly captureEnd: Layer | null | undefined;

  constructor(
    readonly parent: Layer | null,
    readonly kind: LayerKind = "locals",
    captureEnd?: Layer | null,
  ) {
    super();
    this.captureEnd = captureEnd;
    this.boundary = kind === "barrier" || kind === "weak-barrier" ? this : (parent?.boundary ?? null);
  }

  /** The bound slot of a name in this layer. */
  bound(name: string): Slot | undefined {
    const slot = this.find(name);
    return slot !== undefined && (slot.value !== UNBOUND || this.kind === "alias") ? slot : undefined;
  }
}

/** The layer of a running file with the one name `metadata` (§7.5), whose value is made when it is first read. */
export class FileLayer extends Layer {
  constructor(
    parent: Layer | null,
    private readonly file: FileIdentity,
    private readonly run: { metadata(file: FileIdentity): Value },
  ) {
    super(parent);
  }

  override find(name: string): Slot | undefined {
    const slot = super.find(name);
    if (slot !== undefined || name !== "metadata") return slot;
    const metadata = new ValueSlot(this.run.metadata(this.file));
    this.alias(name, metadata);
    return metadata;
  }

  override entries(): IterableIterator<[string, Value]> {
    this.find("metadata");
    return super.entries();
  }
}

/** Calls `visit` for each local layer that a lookup from `layer` sees, innermost first, until it returns a result. */
export function searchLayers<Result>(
  layer: Layer | null,
  visit: (layer: Layer) => Result | undefined,
): Result | undefined {
  let last: Layer | null = null;
  for (let current = layer; current !== null; current = current.parent) {
    const result = visit(current);
    if (result !== undefined) return result;
    if (current.captureEnd !== undefined) last = current.captureEnd;
    if (current.kind === "barrier" || current === last) return undefined;
  }
  return undefined;
}

/** The slot that a name is bound to in the local layers seen from `layer`; the same search without a function call a layer. */
export function findLocal(layer: Layer | null, name: string): Slot | undefined {
  let last: Layer | null = null;
  for (let current = layer; current !== null; current = current.parent) {
    const slot = current.bound(name);
    if (slot !== undefined) return slot;
    if (current.captureEnd !== undefined) last = current.captureEnd;
    if (current.kind === "barrier" || current === last) return undefined;
  }
  return undefined;
}
