/**
 * Watch mode: compiles again after each burst of changes and tells running servers of errors through a file in the
 * bundle.
 */
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { formatDiagnostic, lineIndex } from "pub-parser";
import type { CompileResult, SiteCompiler } from "./compile.js";
import { type Changes, FolderWatcher } from "./folder-watcher.js";

export interface WatchOptions {
  readonly root: string;
  readonly out: string;
  /** Called after each build with its duration in milliseconds. */
  readonly report: (result: CompileResult, milliseconds: number) => void;
  /** Called when something prevents watching or compiling; the process goes on. */
  readonly warn: (message: string) => void;
}

/** What may wait is done when nothing has changed for this time, in milliseconds. */
const IDLE_TIME = 400;

/** Name of the file with the errors of the last build, for the overlay in the browser. */
export const ERRORS_FILE = ".errors.json";

/** Builds, then watches until the process is told to stop (INT or TERM); the result is the exit code. */
export async function watchSite(compiler: SiteCompiler, options: WatchOptions): Promise<number> {
  const root = resolve(options.root);
  const out = resolve(options.out);
  const waiting: Changes[] = [];
  let idle: NodeJS.Timeout | null = null;
  let building: Promise<void> = Promise.resolve();

  const build = async (run: () => Promise<CompileResult>): Promise<void> => {
    const started = performance.now();
    try {
      const result = await run();
      writeErrors(out, result);
      options.report(result, Math.round(performance.now() - started));
    } catch (error) {
      options.warn(`this change could not be compiled: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  const finish = (): void => {
    try {
      compiler.declare();
    } catch (error) {
      options.warn(`cannot write the declarations of the site: ${(error as Error).message}`);
    }
  };
  const rebuild = async (): Promise<void> => {
    if (waiting.length === 0) return;
    if (idle !== null) clearTimeout(idle);
    const changes = waiting.splice(0);
    if (changes.some(({ everything }) => everything)) await build(() => compiler.build());
    else {
      // A file that was removed and written again is in both lists.
      const changed = changes.flatMap((each) => each.changed);
      const removed = changes.flatMap((each) => each.removed);
      await build(() => compiler.update(changed, removed));
    }
    idle = setTimeout(finish, IDLE_TIME);
  };
  const outName = relative(root, out).replaceAll("\\", "/");
  const watcher = new FolderWatcher(root, {
    isIgnored: (path) => isIgnored(path) || path === outName || path.startsWith(`${outName}/`),
    onChanges: (changes) => {
      waiting.push(changes);
      building = building.then(rebuild);
    },
    onProblem: options.warn,
  });
  building = build(async () => {
    const result = await compiler.build();
    // Prepares what an edit needs and a build without changes does without.
    await compiler.update([], []);
    return result;
  });
  await building;
  await new Promise<void>((stop) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop());
  });
  watcher.close();
  await building;
  if (idle !== null) clearTimeout(idle);
  finish();
  compiler.remember();
  rmSync(join(out, ERRORS_FILE), { force: true });
  return 0;
}

function isIgnored(path: string): boolean {
  return path.split("/").some((part) => part.startsWith(".") || part === "node_modules");
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
  mkdirSync(out, { recursive: true });
  writeFileSync(`${path}.tmp`, JSON.stringify({ errors: list }));
  renameSync(`${path}.tmp`, path);
}
