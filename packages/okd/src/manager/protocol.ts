// What the manager and a running server say to each other on a Unix socket, one JSON object a line: a request, then any
// number of pieces of a file that was asked for, then the answer.

export type ManagerRequest =
  | { command: "status" }
  /** `services`: names, with `:N` for one sibling; null for all. */
  | { command: "relaunch" | "drain" | "revive"; services: string[] | null }
  | { command: "turn-logs" }
  | { command: "reload" }
  | { command: "scale"; siblings: number; services: string[] }
  /** The CPU profile of `seconds` seconds, or a heap snapshot, of one process. */
  | { command: "profile"; service: string; seconds: number }
  | { command: "heap"; service: string }
  | { command: "message"; services: string[] | null; text: string };

export interface ManagerAnswer {
  /** What failed; empty if nothing did. */
  failures: string[];
  /** For `status`. */
  status?: ServerStatus;
}

/** A line before the answer: the next part of the file that was asked for. */
export interface ManagerPiece {
  piece: string;
}

export interface ServerStatus {
  version: string;
  /** Process id of the launcher. */
  pid: number;
  /** Milliseconds since the start. */
  uptime: number;
  addresses: string[];
  dispatcher: HelperStatus;
  logger: HelperStatus;
  /** Null: the server does not watch for changes of the site. */
  publisher: HelperStatus | null;
  services: ServiceStatus[];
}

export interface HelperStatus {
  /** 0 if there is no process. */
  pid: number;
  restarts: number;
  /** Bytes that are resident; null if the system does not tell. */
  memory: number | null;
}

export interface ServiceStatus extends HelperStatus {
  name: string;
  sibling: number;
  siblings: number;
  state: "standby" | "starting" | "ready" | "waiting" | "given-up" | "drained" | "stopped";
  /** Milliseconds since the process became ready; 0 if it is not. */
  readyFor: number;
}

/** Bytes of the longest request. */
export const REQUEST_LIMIT = 64 * 1024;

/** The most siblings that a service may have (server specification §2.6). */
export const SIBLING_LIMIT = 20;

/** Seconds of the longest CPU profile. */
export const PROFILE_LIMIT = 600;

/** Splits `/search:2` into name and sibling; `null` stands for all siblings (server specification §1.12). */
export function parseServiceName(text: string): { name: string; sibling: number | null } {
  const match = /^(\S+):(\d+)$/.exec(text);
  return match ? { name: match[1], sibling: Number(match[2]) } : { name: text, sibling: null };
}
