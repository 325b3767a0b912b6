// The start of one confined process: its command, the descriptors that the confining programs need, and the difference
// between the process that was started and the one that it watches over.

import type { ChildProcess } from "node:child_process";
import { closeSync, openSync, readSync, rmSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";

/** Variable with the number of the descriptor that tells an isolated process which number the machine knows it by. */
export const STATUS_VARIABLE = "OKD_STATUS_DESCRIPTOR";

const LONGEST_STATUS = 4096;

/** Milliseconds between two looks for a process id. */
const STATUS_INTERVAL = 5;

/** Exit statuses from here on tell the signal that ended the watched process. */
const SIGNAL_STATUS = 128;

/** Signals that Node handles or that the kernel delivers to the first process of a name space; others have no effect. */
const EFFECTIVE_SIGNALS = new Set<string | number>(["SIGTERM", "SIGINT", "SIGHUP", "SIGCONT", "SIGUSR1", "SIGSTOP", 0]);

export class ConfinedStart {
  readonly environment: Record<string, string>;

  constructor(
    readonly command: string[],
    /** To be inherited. */
    readonly descriptors: number[],
    private readonly status: { descriptor: number; inChild: number } | null,
  ) {
    this.environment = status === null ? {} : { [STATUS_VARIABLE]: String(status.inChild) };
  }

  /**
   * Makes `child` speak of the watched process instead of its watcher: process id, signals, the way in which it ended.
   * Closes the descriptors that are not needed any more. Resolves when the process id is known.
   */
  attach(child: ChildProcess): Promise<void> {
    const { status } = this;
    for (const descriptor of new Set(this.descriptors)) if (descriptor !== status?.descriptor) closeSync(descriptor);
    if (status === null) return Promise.resolve();
    const watcher = child.pid;
    let known: number | null = null;
    /** The signal that was asked for and had to be replaced by SIGKILL. */
    let replaced: NodeJS.Signals | null = null;
    const watched = () => {
      known ??= readStatus(status.descriptor);
      return known;
    };
    Object.defineProperty(child, "pid", { get: () => (watcher === undefined ? undefined : (watched() ?? watcher)) });
    const killWatcher = child.kill.bind(child);
    child.kill = (signal = "SIGTERM") => {
      const pid = watched();
      if (pid === null || child.exitCode !== null || child.signalCode !== null) return killWatcher("SIGKILL");
      try {
        if (EFFECTIVE_SIGNALS.has(signal)) return process.kill(pid, signal);
        replaced = signalName(signal);
        return process.kill(pid, "SIGKILL");
      } catch {
        return false;
      }
    };
    const emit = child.emit.bind(child) as (event: string, ...values: unknown[]) => boolean;
    child.emit = (event: string, ...values: unknown[]) => {
      if (event !== "exit" && event !== "close") return emit(event, ...values);
      // Whoever asks for the number of an ended process gets the one that it had.
      if (event === "exit") watched();
      if (event === "close" && watcher !== undefined) closeSync(status.descriptor);
      const [code, signal] = values as [number | null, NodeJS.Signals | null];
      const [exitCode, ending] = describedEnd(code, signal);
      return emit(event, exitCode, ending === "SIGKILL" ? (replaced ?? ending) : ending);
    };
    return new Promise((resolve) => {
      const look = () => {
        if (watcher === undefined || child.exitCode !== null || child.signalCode !== null || watched() !== null)
          resolve();
        else setTimeout(look, STATUS_INTERVAL);
      };
      look();
    });
  }
}

/** An unnamed file in which `bwrap` writes the number of the process. */
export function openStatusFile(directory: string): number {
  const path = join(directory, `status-${process.hrtime.bigint()}`);
  const descriptor = openSync(path, "wx+", 0o600);
  rmSync(path);
  return descriptor;
}

/** The number of the process that `bwrap` watches over, as the machine knows it; null: not told yet. */
export function readStatus(descriptor: number): number | null {
  const buffer = Buffer.alloc(LONGEST_STATUS);
  const length = readSync(descriptor, buffer, 0, LONGEST_STATUS, 0);
  const match = /"child-pid": (\d+)/.exec(buffer.toString("latin1", 0, length));
  return match ? Number(match[1]) : null;
}

function describedEnd(code: number | null, signal: NodeJS.Signals | null): [number | null, NodeJS.Signals | null] {
  if (code === null || code <= SIGNAL_STATUS) return [code, signal];
  const name = signalName(code - SIGNAL_STATUS);
  return name === null ? [code, signal] : [null, name];
}

function signalName(signal: NodeJS.Signals | number): NodeJS.Signals | null {
  if (typeof signal === "string") return signal;
  const name = Object.entries(constants.signals).find(([, number]) => number === signal)?.[0];
  return (name as NodeJS.Signals | undefined) ?? null;
}
