/**
 * Tells which files below a folder may have changed. It watches folders, not files, so that a site of ten thousand files
 * needs a handful of watchers, and takes events as hints only: what is really there is looked at when they have calmed down.
 */
import { type FSWatcher, lstatSync, readdirSync, type Stats, watch } from "node:fs";
import { join } from "node:path";
import { isMissing, statusOf } from "./file-status.js";

/** What to look at again; paths relative to the root, with `/`. */
export interface Changes {
  /** Files that are there. */
  readonly changed: readonly string[];
  /** Files and folders that are not. */
  readonly removed: readonly string[];
  /** Anything may have changed: events were lost, or there were more than are worth following. */
  readonly everything: boolean;
}

export interface FolderWatcherOptions {
  /** True for paths (relative to the root) that do not concern anybody. */
  readonly isIgnored: (path: string) => boolean;
  readonly onChanges: (changes: Changes) => void;
  /** Something prevents watching: the process goes on without it. */
  readonly onProblem: (message: string) => void;
}

/** Changes that follow each other faster than this, in milliseconds, belong together. */
const QUIET_TIME = 5;
/** The same while many files change, as when a branch is switched. */
const QUIET_TIME_OF_BURST = 60;
/** So many paths are a burst. */
const BURST = 20;
/** Changes are told after this time, in milliseconds, although others follow. */
const LONGEST_TIME = 1000;
/** Of so many paths at once, events may have been lost. */
const TOO_MANY = 4000;
/** How often a root that has vanished is looked for, in milliseconds. */
const ROOT_INTERVAL = 300;

interface WatchedFolder {
  readonly watcher: FSWatcher;
  /** Tells a folder from another one that has come in its place; numbers of inodes are used again. */
  readonly identity: string;
}

export class FolderWatcher {
  private readonly folders = new Map<string, WatchedFolder>();
  private touched = new Set<string>();
  private everything = false;
  private timer: NodeJS.Timeout | null = null;
  private firstTouch = 0;
  private closed = false;

  /** Watches from now on. Files that are there already are not told of. */
  constructor(
    private readonly root: string,
    private readonly options: FolderWatcherOptions,
  ) {
    this.enter("", () => {});
  }

  close(): void {
    this.closed = true;
    if (this.timer !== null) clearTimeout(this.timer);
    for (const { watcher } of this.folders.values()) watcher.close();
    this.folders.clear();
  }

  /** Watches a folder and those in it; calls `onFile` for the files. */
  private enter(folder: string, onFile: (path: string) => void): void {
    const path = join(this.root, folder);
    try {
      const identity = identityOf(lstatSync(path));
      // Watched before it is read: what comes in between is seen twice rather than never.
      const watcher = watch(path, (_event, name) => this.touch(name === null ? folder : below(folder, name)));
      watcher.on("error", () => this.touch(folder));
      this.folders.set(folder, { watcher, identity });
      for (const entry of readdirSync(path, { withFileTypes: true })) {
        const name = below(folder, entry.name);
        if (this.options.isIgnored(name)) continue;
        if (entry.isDirectory()) this.enter(name, onFile);
        else if (entry.isFile()) onFile(name);
      }
    } catch (error) {
      // Gone already; an event of the folder around it tells so.
      if (isMissing(error)) return;
      const { code } = error as NodeJS.ErrnoException;
      this.options.onProblem(`cannot watch ${path}: ${problem(code) ?? (error as Error).message}`);
    }
  }

  /** Stops watching a folder and those in it. */
  private leave(folder: string): void {
    for (const [name, { watcher }] of this.folders) {
      if (name !== folder && !name.startsWith(`${folder}/`)) continue;
      watcher.close();
      this.folders.delete(name);
    }
  }

  private touch(path: string): void {
    if (this.closed || (path !== "" && this.options.isIgnored(path))) return;
    if (this.touched.size === 0 && !this.everything) this.firstTouch = performance.now();
    if (path === "") this.everything = true;
    else this.touched.add(path);
    const quiet = this.touched.size > BURST ? QUIET_TIME_OF_BURST : QUIET_TIME;
    const left = LONGEST_TIME - (performance.now() - this.firstTouch);
    this.tellAfter(Math.max(0, Math.min(quiet, left)));
  }

  private tellAfter(milliseconds: number): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = setTimeout(() => this.tell(), milliseconds);
  }

  private tell(): void {
    this.timer = null;
    if (statusOf(this.root) === null) {
      // An empty site is nobody's intention: the folder is being replaced.
      this.everything = true;
      this.tellAfter(ROOT_INTERVAL);
      return;
    }
    const { touched } = this;
    const everything = this.everything || touched.size > TOO_MANY;
    this.touched = new Set();
    this.everything = false;
    if (everything) {
      for (const { watcher } of this.folders.values()) watcher.close();
      this.folders.clear();
      this.enter("", () => {});
      this.options.onChanges({ changed: [], removed: [], everything: true });
      return;
    }
    const changed = new Set<string>();
    const removed = new Set<string>();
    for (const path of touched) this.look(path, changed, removed);
    if (changed.size + removed.size > 0) {
      this.options.onChanges({ changed: [...changed], removed: [...removed], everything: false });
    }
  }

  /** Finds out what has become of a path. */
  private look(path: string, changed: Set<string>, removed: Set<string>): void {
    const status = statusOf(join(this.root, path));
    const folder = this.folders.get(path);
    if (status?.isDirectory()) {
      if (folder?.identity === identityOf(status)) return;
      this.leave(path);
      removed.add(path);
      this.enter(path, (file) => changed.add(file));
      return;
    }
    if (folder !== undefined) this.leave(path);
    if (status?.isFile()) changed.add(path);
    else removed.add(path);
  }
}

function identityOf({ ino, birthtimeMs }: Stats): string {
  return `${ino} ${birthtimeMs}`;
}

function below(folder: string, name: string): string {
  return folder === "" ? name : `${folder}/${name}`;
}

/** What to do about an error of the operating system; null when that is not known. */
function problem(code: string | undefined): string | null {
  if (code === "ENOSPC") {
    return "the system's limit of watched folders is reached; raise it with sysctl fs.inotify.max_user_watches";
  }
  if (code === "EMFILE") {
    return "the system's limit of watching programs is reached; raise it with sysctl fs.inotify.max_user_instances";
  }
  return null;
}
