/**
 * `compile` of the library.
 */
import { type CompileOptions, SiteCompiler } from "../project/compile.js";
import { type CheckReport, report } from "./check.js";

export interface CompileRequest extends CompileOptions {
  /** Folder of the site. */
  readonly root: string;
  /** Folder of the bundle. */
  readonly out: string;
}

export interface CompileReport extends CheckReport {
  /** False when errors kept the bundle from being written. */
  readonly written: boolean;
  /** How many templates and other files the site has. */
  readonly templates: number;
  readonly files: number;
}

/** Compiles a site into a bundle as `pubc compile` does. Rejects when folders cannot be read or written. */
export async function compile({ root, out, ...options }: CompileRequest): Promise<CompileReport> {
  const { diagnostics, written, templates, files } = await new SiteCompiler(root, out, options).build();
  return { ...report([...diagnostics]), written, templates, files };
}
