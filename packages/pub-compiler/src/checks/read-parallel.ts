/**
 * Reads many files of a site at once, in threads when that pays.
 */
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { type FileContent, readContent } from "./read-files.js";

/** Fewer files are read before a thread would have started. */
const FEWEST_FOR_THREADS = 300;
const MOST_THREADS = 8;
/** Files that a thread is sent at once. */
const BATCH = 100;
/** Short-lived trees fit in, so that they are never copied. In MB. */
const YOUNG_GENERATION = 64;

/** The contents of files below a folder, in the order of the paths. */
export async function readContents(root: string, paths: readonly string[]): Promise<FileContent[]> {
  const script = paths.length < FEWEST_FOR_THREADS ? undefined : workerScript();
  if (script === undefined) return paths.map((path) => readContent(root, path));
  const batches: string[][] = [];
  for (let at = 0; at < paths.length; at += BATCH) batches.push(paths.slice(at, at + BATCH));
  const results: FileContent[][] = [];
  let next = 0;
  const count = Math.min(availableParallelism(), MOST_THREADS, batches.length);
  const threads = Array.from({ length: count }, () => {
    const worker = new Worker(script, {
      workerData: { root },
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION },
    });
    return runThread(worker, () => (next < batches.length ? next++ : null), batches, results);
  });
  await Promise.all(threads);
  return results.flat();
}

/** Lets a thread read batches until there are none left. */
function runThread(
  worker: Worker,
  take: () => number | null,
  batches: readonly string[][],
  results: FileContent[][],
): Promise<void> {
  return new Promise((resolve, reject) => {
    const send = (): number | null => {
      const index = take();
      if (index !== null) worker.postMessage(batches[index]);
      return index;
    };
    // A second batch waits at the thread while it works on the first.
    const pending = [send(), send()].filter((index) => index !== null);
    if (pending.length === 0) void worker.terminate().then(() => resolve());
    worker.on("error", reject);
    worker.on("message", (answer: string) => {
      results[pending.shift() as number] = JSON.parse(answer);
      const index = send();
      if (index !== null) pending.push(index);
      if (pending.length === 0) void worker.terminate().then(() => resolve());
    });
  });
}

/** The built thread; there is none when the sources run as they are. */
function workerScript(): string | undefined {
  const places = ["./check-worker.js", "../check-worker.js"];
  return places.map((place) => fileURLToPath(new URL(place, import.meta.url))).find((path) => existsSync(path));
}
