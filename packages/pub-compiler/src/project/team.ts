/**
 * The threads of a compilation. Files are parsed and their modules written by the same thread, so that syntax trees never
 * travel. A small amount of work is done by the main thread alone, because starting others costs time.
 */
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { Answers } from "../1-analyze/questions.js";
import type { BundleWriter } from "../3-bundle/writer.js";
import type { WorkerData, WorkerReply, WorkerTask } from "./compile-worker.js";
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

/** Files that make it worth while to start another thread: it needs about a fifth of a second until it helps. */
const FILES_PER_THREAD = 150;
const MOST_THREADS = 8;

export class Team {
  private readonly own: FileCompiler;
  private workers: Member[] = [];
  /** The thread that has the syntax tree of a file, if it is not the main one. */
  private readonly owners = new Map<string, Member>();

  constructor(
    private readonly places: Places,
    private readonly options: CompileOptions,
    writer: BundleWriter,
  ) {
    this.own = new FileCompiler(places, options, writer);
  }

  /** Reads and parses files. */
  async read(requests: readonly ReadRequest[]): Promise<ReadFile[]> {
    this.hire(requests.length);
    const next = new SharedArrayBuffer(4);
    const others = this.workers.map(async (worker) => {
      const found = (await worker.do({ kind: "read", requests, next })) as ReadFile[];
      for (const { path } of found) this.owners.set(path, worker);
      return found;
    });
    const own: ReadFile[] = [];
    for (const request of takeShares(requests, next)) own.push(this.own.read(request));
    return [...own, ...(await Promise.all(others)).flat()];
  }

  /** Writes modules; null for files that changed since they were read. */
  async write(requests: readonly ModuleRequest[], answers: Answers): Promise<[string, WrittenModule | null][]> {
    const shares = new Map<Member | null, ModuleRequest[]>([[null, []]]);
    for (const request of requests) {
      const owner = this.owners.get(request.path) ?? null;
      const share = shares.get(owner);
      if (share === undefined) shares.set(owner, [request]);
      else share.push(request);
    }
    const written = await Promise.all(
      [...shares].map(([worker, share]) =>
        worker === null ? this.own.writeAll(share, answers) : worker.do({ kind: "write", requests: share, answers }),
      ),
    );
    return written.flat() as [string, WrittenModule | null][];
  }

  /** Lets go of threads and syntax trees. */
  async rest(): Promise<void> {
    this.own.clear();
    this.owners.clear();
    const { workers } = this;
    this.workers = [];
    await Promise.all(workers.map((worker) => worker.end()));
  }

  private hire(fileCount: number): void {
    const program = workerProgram();
    if (program === null || this.workers.length > 0) return;
    const useful = Math.min(availableParallelism(), MOST_THREADS, Math.floor(fileCount / FILES_PER_THREAD));
    const threads = this.options.threads ?? useful;
    const data: WorkerData = { places: this.places, options: this.options };
    while (this.workers.length < threads - 1) this.workers.push(new Member(program, data));
  }
}

/** Another thread. It does one task at a time. */
class Member {
  private readonly worker: Worker;

  constructor(program: string, workerData: WorkerData) {
    this.worker = new Worker(program, { workerData });
  }

  do(task: WorkerTask): Promise<WorkerReply> {
    return new Promise((resolve, reject) => {
      const { worker } = this;
      const settle = (): void => {
        worker.off("message", onMessage).off("error", onError).off("exit", onExit);
      };
      const onMessage = (reply: WorkerReply): void => {
        settle();
        resolve(reply);
      };
      const onError = (error: Error): void => {
        settle();
        reject(error);
      };
      const onExit = (code: number): void => onError(new Error(`a compiling thread ended with code ${code}`));
      worker.on("message", onMessage).on("error", onError).on("exit", onExit);
      worker.postMessage(task);
    });
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }
}

/** The program of the other threads, which stands beside the bundles of this package; null when it was not built. */
function workerProgram(): string | null {
  for (const place of ["./compile-worker.js", "../compile-worker.js"]) {
    const path = fileURLToPath(new URL(place, import.meta.url));
    if (existsSync(path)) return path;
  }
  return null;
}
