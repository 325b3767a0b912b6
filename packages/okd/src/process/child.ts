// What every child process of the launcher does in the same way: its title, its parent, its signals.

import { closeSync } from "node:fs";
import { readStatus, STATUS_VARIABLE } from "../security/confined-start.js";

/** Descriptor numbers that a child inherits. */
export const CHILD_DESCRIPTORS = {
  /** Channel to the log daemon (dispatcher and services). */
  log: 4,
  /** Channel to the dispatcher (services). */
  handOver: 5,
} as const;

/**
 * Names the process and ties its life to the launcher's: a child that outlived a killed launcher would keep ports.
 * A terminal sends its signals to all processes of the group, so children ignore them and the launcher decides;
 * `terminated` is what SIGTERM, which somebody sent to this very process, does.
 */
export function becomeChild(title: string, terminated: () => void): void {
  if (!process.send) {
    process.stderr.write(`${title}: this program is started by okd\n`);
    process.exit(7);
  }
  const statusDescriptor = process.env[STATUS_VARIABLE];
  if (statusDescriptor !== undefined) {
    const pid = readStatus(Number(statusDescriptor));
    closeSync(Number(statusDescriptor));
    delete process.env[STATUS_VARIABLE];
    // In its own name space every process is number 1, which tells nobody anything.
    if (pid !== null) Object.defineProperty(process, "pid", { value: pid });
  }
  process.title = title;
  process.on("disconnect", () => process.exit(0));
  process.on("SIGINT", () => {});
  process.on("SIGHUP", () => {});
  process.on("SIGTERM", terminated);
}

/** Sends a message to the launcher; if that is gone, so is this process in a moment. */
export function report<Message extends object>(message: Message): void {
  if (process.connected) process.send!(message, undefined, undefined, () => {});
}
