/**
 * A thread that reads files for the checks: it is sent lists of paths and answers with what the files say, as JSON, which is
 * faster to hand over than objects.
 */
import { parentPort, workerData } from "node:worker_threads";
import { readContent } from "./read-files.js";

parentPort?.on("message", (paths: readonly string[]) => {
  parentPort?.postMessage(JSON.stringify(paths.map((path) => readContent(workerData.root, path))));
});
