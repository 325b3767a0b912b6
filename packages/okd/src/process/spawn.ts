// Starts the child processes: each with its own small environment, the least that Node's permission model allows it,
// and private socket pairs whose other ends go to other processes.

import { type ChildProcess, spawn } from "node:child_process";
import type { Socket } from "node:net";
import { basename } from "node:path";
import { guardChannel } from "../security/channel-guard.js";
import type { ConfinedStart } from "../security/confined-start.js";
import { activatedCount, FIRST_ACTIVATED } from "../systemd/activation.js";
import { handleOf, type StreamHandle } from "./native-handles.js";

/** What a process may do besides talking on its channels. */
export interface Permissions {
  /** Absolute paths of directories (with everything below) that may be read; null: no limit. */
  read: string[] | null;
  /** Absolute paths of directories that may be written. */
  write: string[];
  /** Native addons may be loaded, which are not held back by the other limits. */
  addons?: boolean;
}

export interface ChildOptions {
  /** Absolute path of the module to run. */
  script: string;
  /** Null: Node's permission model is off. */
  permissions: Permissions | null;
  /** Port of the inspector, 0 for a free one. A process that can be inspected has no limits: Node allows one or the other. */
  inspectPort?: number | null;
  /** Further flags for Node. */
  flags?: string[];
  /** Added to the variables that every child gets. */
  environment?: Record<string, string>;
  /** Socket pairs: the child has descriptors 4, 5, …; the parent's ends are `ends` of the result. */
  socketPairs: number;
  /** Puts programs before the command that confine the process. */
  confine: ConfinedStarter;
  /** The process sent what no process of the server sends; it was killed. */
  suspect(line: string): void;
  /** Open files that the child gets behind its ends of the socket pairs. */
  descriptors?: number[];
}

/** `firstDescriptor`: the first number that is free in the process. */
export type ConfinedStarter = (command: string[], firstDescriptor: number) => ConfinedStart;

export interface Child {
  process: ChildProcess;
  /** This side of the socket pairs. They are not read here: they are to be sent to other processes. */
  ends: StreamHandle[];
  /** From then on `process.pid` is the one of the program itself. */
  identified: Promise<void>;
}

/** Behind the standard streams and the channel to the launcher. */
const FIRST_DESCRIPTOR = 4;

/** Variables of the launcher's environment that children get. */
const PASSED_VARIABLES = ["PATH", "LANG", "LC_ALL", "LC_TIME", "TZ", "OKWS_DEBUG_OPTIONS"];

/** Node 20 knows the permission model by its first name. */
const PERMISSION_FLAG = process.allowedNodeEnvironmentFlags.has("--permission")
  ? "--permission"
  : "--experimental-permission";

export function spawnChild(options: ChildOptions): Child {
  const { script, permissions, inspectPort = null, environment, socketPairs, confine, descriptors = [] } = options;
  const flags = ["--disable-warning=ExperimentalWarning", "--disable-warning=SecurityWarning"];
  if (inspectPort !== null) flags.push(`--inspect=127.0.0.1:${inspectPort}`);
  else if (permissions !== null) flags.push(...limits(permissions));
  flags.push(...(options.flags ?? []));
  const inherited = [...Array<"pipe">(socketPairs).fill("pipe"), ...descriptors];
  // What systemd has passed to the launcher would otherwise be inherited behind these.
  const passed = FIRST_ACTIVATED + activatedCount(process.env, process.pid);
  const used = FIRST_DESCRIPTOR + inherited.length;
  const confined = confine([process.execPath, ...flags, script], used);
  const padding = Array<"ignore">(Math.max(0, passed - used - confined.descriptors.length)).fill("ignore");
  const [command, ...words] = confined.command;
  const child = spawn(command, words, {
    env: { ...passedVariables(), ...environment, ...confined.environment },
    stdio: ["ignore", "inherit", "inherit", "ipc", ...inherited, ...confined.descriptors, ...padding],
    serialization: "advanced",
  });
  const identified = confined.attach(child);
  const name = basename(script, ".js");
  guardChannel(child, (what) => options.suspect(`${name} process ${child.pid} sent ${what} and was killed`));
  // Reading must stop before the event loop turns: what the child says is for the process that gets this end.
  const ends = child.stdio.slice(FIRST_DESCRIPTOR, FIRST_DESCRIPTOR + socketPairs).map((socket) => {
    const handle = handleOf(socket as unknown as Socket);
    handle.readStop();
    return handle;
  });
  return { process: child, ends, identified };
}

/** Sends a message along with a handle and closes this process's copy of it. */
export function sendAway(child: ChildProcess, message: object, handle: StreamHandle): void {
  if (!child.connected) {
    handle.close();
    return;
  }
  child.send(message, handle as never, () => handle.close());
}

/** Sends a message if the child is still there. */
export function tell(child: ChildProcess, message: object, handle?: unknown): void {
  if (child.connected) child.send(message, handle as never, () => {});
}

/** Resolves when the process has ended; after `limit` milliseconds it is killed. */
export async function waitForExit(child: ChildProcess, limit: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const timer = setTimeout(() => child.kill("SIGKILL"), limit);
  await new Promise<void>((resolve) => child.once("exit", () => resolve()));
  clearTimeout(timer);
}

function limits(permissions: Permissions): string[] {
  const flags = [PERMISSION_FLAG];
  for (const path of outermost(permissions.read ?? ["*"])) flags.push(`--allow-fs-read=${path}`);
  for (const path of outermost(permissions.write)) flags.push(`--allow-fs-write=${path}`);
  if (permissions.addons) flags.push("--allow-addons");
  return flags;
}

/** Without repetitions and directories inside of others, shortest first: Node 20 fails an assertion otherwise. */
function outermost(paths: string[]): string[] {
  const sorted = [...new Set(paths)].sort((a, b) => a.length - b.length);
  return sorted.filter((path, index) => !sorted.slice(0, index).some((outer) => path.startsWith(`${outer}/`)));
}

function passedVariables(): Record<string, string> {
  return Object.fromEntries(
    PASSED_VARIABLES.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}
