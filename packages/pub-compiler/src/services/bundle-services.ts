/**
 * Bundles services from TypeScript into the modules that okd runs.
 */
import { resolve } from "node:path";
import type { BuildOptions, Message } from "esbuild";

/** A service: its source, and the module that it becomes. Absolute paths. */
export interface ServiceEntry {
  readonly source: string;
  readonly module: string;
}

/** A mistake in a service, as esbuild reports it. */
export interface ServiceMistake {
  /** Relative to the working directory; empty when it stands in no file. */
  readonly file: string;
  /** From 1; 0 when it stands in no file. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
  /** The message with the line of the source. */
  readonly frame: string;
}

export interface ServiceBuild {
  readonly mistakes: readonly ServiceMistake[];
  /** Absolute paths of the files that the bundle is made of; empty when it failed. */
  readonly inputs: readonly string[];
}

/** `MODULE=SOURCE` as the command line has it; null for anything else. */
export function parseServiceEntry(text: string): ServiceEntry | null {
  const at = text.indexOf("=");
  if (at <= 0 || at === text.length - 1) return null;
  return { module: resolve(text.slice(0, at)), source: resolve(text.slice(at + 1)) };
}

/**
 * Bundles one service. Packages stay outside: they are found from where the module is. A failed build leaves the module as
 * it was.
 */
export async function bundleService(entry: ServiceEntry): Promise<ServiceBuild> {
  const { build, formatMessages } = await import("esbuild");
  try {
    const { metafile } = await build({
      ...SETTINGS,
      entryPoints: [entry.source],
      outfile: entry.module,
      metafile: true,
    });
    return { mistakes: [], inputs: Object.keys(metafile.inputs).map((path) => resolve(path)) };
  } catch (error) {
    const { errors } = error as { errors?: Message[] };
    if (errors === undefined) throw error;
    const frames = await formatMessages(errors, { kind: "error", color: false });
    const mistakes = errors.map(({ text, location }, index) => ({
      file: location?.file ?? "",
      line: location?.line ?? 0,
      column: location === null ? 0 : location.column + 1,
      message: text,
      frame: frames[index].trim(),
    }));
    return { mistakes, inputs: [] };
  }
}

const SETTINGS: BuildOptions = {
  bundle: true,
  packages: "external",
  platform: "node",
  format: "esm",
  target: "node20",
  sourcemap: true,
  logLevel: "silent",
};
