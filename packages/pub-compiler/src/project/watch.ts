/**
 * Watch mode: compiles again after each burst of changes and tells running servers of errors through a file in the
 * bundle.
 */
import { renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { watch } from "chokidar";
import { formatDiagnostic, lineIndex } from "pub-parser";
import type { CompileResult, SiteCompiler } from "./compile.js";

export interface WatchOptions {
  readonly root: string;
  readonly out: string;
  /** Called after each build with its duration in milliseconds. */
  readonly report: (result: CompileResult, milliseconds: number) => void;
}

/** Changes that arrive within this time, in milliseconds, are compiled together. */
const QUIET_TIME = 8;

/** Name of the file with the errors of the last build, for the overlay in the browser. */
export const ERRORS_FILE = ".errors.json";

/** Builds, then watches until the process is told to stop (INT or TERM); the result is the exit code. */
export async function watchSite(compiler: SiteCompiler, options: WatchOptions): Promise<number> {
  const root = resolve(options.root);
  const out = resolve(options.out);
  const changes = new Map<string, "changed" | "removed">();
  let timer: NodeJS.Timeout | null = null;
  let building: Promise<void> = Promise.resolve();

  const build = async (run: () => Promise<CompileResult>): Promise<void> => {
    const started = performance.now();
    const result = await run();
    writeErrors(out, result);
    options.report(result, Math.round(performance.now() - started));
  };
  const rebuild = async (): Promise<void> => {
    const changed = [...changes].filter(([, kind]) => kind === "changed").map(([path]) => path);
    const removed = [...changes].filter(([, kind]) => kind === "removed").map(([path]) => path);
    changes.clear();
    if (changed.length + removed.length === 0) return;
    await build(() => compiler.update(changed, removed));
    compiler.declare();
  };
  const watcher = watch(root, {
    ignoreInitial: true,
    ignored: (path) => isIgnored(relative(root, path)) || path === out || path.startsWith(`${out}/`),
  });
  watcher.on("all", (event, path) => {
    if (event === "addDir" || event === "unlinkDir") return;
    const name = relative(root, path).split("\\").join("/");
    changes.set(name, event === "unlink" || !isFile(path) ? "removed" : "changed");
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => {
      building = building.then(rebuild, rebuild);
    }, QUIET_TIME);
  });
  await new Promise<void>((ready) => watcher.once("ready", ready));
  building = build(() => compiler.build());
  await building;
  await new Promise<void>((stop) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop());
  });
  await watcher.close();
  rmSync(join(out, ERRORS_FILE), { force: true });
  return 0;
}

function isIgnored(path: string): boolean {
  return path.split("/").some((part) => part.startsWith(".") || part === "node_modules");
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

/** Writes the errors of a build where the server looks for them, or removes the file when there are none. */
function writeErrors(out: string, result: CompileResult): void {
  const path = join(out, ERRORS_FILE);
  const errors = result.diagnostics.filter(({ diagnostic }) => diagnostic.severity === "error");
  if (errors.length === 0) {
    rmSync(path, { force: true });
    return;
  }
  const list = errors.map(({ file, source, diagnostic }) => ({
    file,
    ...lineIndex(source).positionAt(diagnostic.span.start),
    message: diagnostic.message,
    frame: formatDiagnostic(diagnostic, source, file),
  }));
  writeFileSync(`${path}.tmp`, JSON.stringify({ errors: list }));
  renameSync(`${path}.tmp`, path);
}
