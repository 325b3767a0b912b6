/**
 * Rendering one file of a folder without compiling the rest: what `pubc render` and the batch mode do.
 */
import { needsTracing, type PublishResult, publish, type RunOptions, type VariableTable } from "pub-runtime";
import type { OptimizationName } from "../1-analyze/optimizations.js";
import { OnDemandSource } from "./on-demand.js";

export interface RenderRequest {
  /** Folder of the site: names are sought below it. */
  readonly root: string;
  /** The file to render, relative to the root. */
  readonly main: string;
  readonly options?: RunOptions;
  readonly globals?: Readonly<Record<string, unknown>>;
  readonly universals?: VariableTable;
  /** The optimisations that the compiler makes; default: all. */
  readonly optimizations?: ReadonlySet<OptimizationName>;
}

/** Renders a page; see `publish` for what the result holds. */
export async function render(request: RenderRequest): Promise<PublishResult> {
  const { options } = request;
  const source = new OnDemandSource(request.root, {
    referenceOrder: options?.dictOrder === "reference",
    traced: needsTracing(options),
    optimizations: request.optimizations,
  });
  return publish(source, {
    name: Buffer.from(request.main).toString("latin1"),
    options,
    globals: request.globals,
    universals: request.universals,
    debugFunctions: true,
  });
}
