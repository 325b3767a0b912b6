/**
 * `--no-optimize=NAME`: switching optimisations off, to compare or to look for a mistake in one.
 */
import { nearest } from "pub-parser";
import {
  allOptimizations,
  noOptimizations,
  type OptimizationName,
  optimizationNames,
  optimizationsWithout,
} from "../1-analyze/optimizations.js";
import { type OptionTable, type OptionValues, UsageError } from "./arguments.js";

export const OPTIMIZATION_TABLE: OptionTable = { "no-optimize": { type: "string", multiple: true } };

/** The optimisations that the options leave; `all` switches off every one. Unknown names are an error. */
export function requestedOptimizations(values: OptionValues): ReadonlySet<OptimizationName> {
  const named = values["no-optimize"];
  if (!Array.isArray(named)) return allOptimizations;
  if (named.includes("all")) return noOptimizations;
  return optimizationsWithout(named.map((name) => optimizationNamed(String(name))));
}

function optimizationNamed(text: string): OptimizationName {
  const name = optimizationNames.find((candidate) => candidate === text);
  if (name !== undefined) return name;
  const near = nearest(text, optimizationNames);
  const hint = near === undefined ? `one of ${optimizationNames.join(", ")}, or all` : `did you mean ${near}?`;
  throw new UsageError(`there is no optimisation "${text}": ${hint}`);
}
