/**
 * What the other threads of a compilation run: they do the work on single files that the main thread gives them.
 */
import { parentPort, workerData } from "node:worker_threads";
import type { Answers } from "../1-analyze/questions.js";
import {
  type CompileOptions,
  FileCompiler,
  type ModuleRequest,
  type Places,
  type ReadFile,
  type ReadRequest,
  type WrittenModule,
} from "./file-compiler.js";
import { takeShares } from "./shares.js";

export interface WorkerData {
  readonly places: Places;
  readonly options: CompileOptions;
}

export type WorkerTask =
  | { readonly kind: "read"; readonly requests: readonly ReadRequest[]; readonly next: SharedArrayBuffer }
  | { readonly kind: "write"; readonly requests: readonly ModuleRequest[]; readonly answers: Answers };

/** What became of each file. */
export type WorkerReply = ReadFile[] | [string, WrittenModule | null][];

const { places, options } = workerData as WorkerData;
const compiler = new FileCompiler(places, options);

parentPort?.on("message", async (task: WorkerTask) => {
  parentPort?.postMessage(await work(task));
});

async function work(task: WorkerTask): Promise<WorkerReply> {
  if (task.kind === "write") return compiler.writeAll(task.requests, task.answers);
  return [...takeShares(task.requests, task.next)].map((request) => compiler.read(request));
}
