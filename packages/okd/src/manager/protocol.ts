// What the manager and a running server say to each other: one JSON object a line each way, on a Unix socket.

export type ManagerRequest =
  | { command: "status" }
  /** `services`: names, with `:N` for one sibling; null for all. */
  | { command: "relaunch"; services: string[] | null }
  | { command: "turn-logs" }
  | { command: "message"; services: string[] | null; text: string };

export interface ManagerAnswer {
  /** What failed; empty if nothing did. */
  failures: string[];
  /** For `status`. */
  status?: ServerStatus;
}

export interface ServerStatus {
  version: string;
  /** Process id of the launcher. */
  pid: number;
  /** Milliseconds since the start. */
  uptime: number;
  addresses: string[];
  dispatcher: { pid: number; restarts: number };
  logger: { pid: number; restarts: number };
  services: ServiceStatus[];
}

export interface ServiceStatus {
  name: string;
  sibling: number;
  siblings: number;
  state: "starting" | "ready" | "waiting" | "given-up" | "stopped";
  /** 0 if there is no process. */
  pid: number;
  restarts: number;
  /** Milliseconds since the process became ready; 0 if it is not. */
  readyFor: number;
}

/** Bytes of the longest request. */
export const REQUEST_LIMIT = 64 * 1024;

/** Splits `/search:2` into name and sibling; `null` stands for all siblings (server specification §1.12). */
export function parseServiceName(text: string): { name: string; sibling: number | null } {
  const match = /^(\S+):(\d+)$/.exec(text);
  return match ? { name: match[1], sibling: Number(match[2]) } : { name: text, sibling: null };
}
