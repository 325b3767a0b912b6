// The CPU profile of a service process. Node's permission model keeps processes from being profiled, so that the place
// gets a process without it that is profiled from its start to its end, and an ordinary one afterwards; no request is lost.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ServiceSlot } from "./service-slot.js";

/** Characters of one piece of the profile. */
const PIECE_LENGTH = 64 * 1024;

/**
 * Profiles a place for `time` milliseconds and gives the profile (`.cpuprofile`, JSON) in pieces. Resolves to null or to
 * what went wrong.
 */
export async function recordProfile(
  slot: ServiceSlot,
  time: number,
  piece: (text: string) => void,
): Promise<string | null> {
  const directory = mkdtempSync(join(tmpdir(), "okd-profile-"));
  try {
    const failure = await slot.relaunch(directory);
    if (failure !== null) return failure;
    const profiled = slot.process;
    await sleep(time);
    if (slot.process !== profiled) return "the process has ended during the profile";
    const second = await slot.relaunch();
    if (second !== null) return second;
    await profiled?.exit();
    const [name] = readdirSync(directory);
    if (name === undefined) return "the process has ended without writing its profile";
    const text = readFileSync(join(directory, name), "utf8");
    for (let position = 0; position < text.length; position += PIECE_LENGTH) {
      piece(text.slice(position, position + PIECE_LENGTH));
    }
    return null;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
