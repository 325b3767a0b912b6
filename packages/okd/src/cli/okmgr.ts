// The command `okmgr`: looks at a running server, changes it, and examines its processes.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { defaultSettings } from "../config/defaults.js";
import { version } from "../config/version.js";
import { askServer } from "../manager/client.js";
import { type HelperStatus, type ManagerRequest, PROFILE_LIMIT, type ServerStatus } from "../manager/protocol.js";
import { OutputFile } from "./output-file.js";

const HELP = `Usage: okmgr COMMAND [SERVICE...] [options]

Commands:
  status               show the processes of the server
  relaunch SERVICE...  replace processes without losing a request (also: -l)
  drain SERVICE...     end processes after their last requests; none comes in their place
  revive SERVICE...    start services again that were given up or drained
  scale N SERVICE...   set the number of siblings, 1 to 20
  reload               go over to the changed okws_config without losing a request;
                       a wrong one changes nothing
  turn                 open the log files again after renaming them (also: -t)
  message TEXT SERVICE...
                       deliver TEXT to services (also: -m TEXT)
  profile SERVICE      write the CPU profile of one process, for the developer tools of a
                       browser; relaunches it twice
  heap SERVICE         write a heap snapshot of one process, likewise

SERVICE is the URI as configured, \`static\` for the standard service, with \`:N\`
for one of several siblings: /search, /search:2, :8080/foo

Options:
  -a, --all            all services
  -s, --socket PATH    management socket of the server
  -f, --config FILE    the server's okws_config, which names the socket
  -F                   the socket of a server without configuration: /var/run/okd.sock
      --json           status as JSON
      --seconds N      length of the profile (default: 10)
  -o, --output FILE    where profile and heap snapshot go
  -v, --verbose        say what is done
  -h, --help           show this help
      --version        show the version
`;

/** Exit statuses (server specification §1.12). */
const EXIT_USAGE = 1;
const EXIT_FAILURE = 255;

class UsageError extends Error {}

await main();

async function main(): Promise<void> {
  try {
    process.exitCode = await run(process.argv.slice(2));
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    const isUsage = error instanceof UsageError || code?.startsWith("ERR_PARSE_ARGS");
    process.stderr.write(`okmgr: ${message}\n${isUsage ? "Try `okmgr --help`.\n" : ""}`);
    process.exitCode = isUsage ? EXIT_USAGE : EXIT_FAILURE;
  }
}

async function run(argumentList: string[]): Promise<number> {
  const { values, positionals } = parse(argumentList);
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  if (values.version) {
    process.stdout.write(`okmgr ${version}\n`);
    return 0;
  }
  const request = toRequest(values, positionals);
  const socket = await socketPath(values);
  if (values.verbose) process.stdout.write(`okmgr: ${JSON.stringify(request)} to ${socket}\n`);
  const path = defaultOutput(request);
  const output = path === null ? null : new OutputFile(values.output ?? path);
  const answer = await askServer(socket, request, (text) => output?.write(text)).catch((error: Error) => {
    output?.close(false);
    throw new Error(`no server listens on ${socket} (${error.message})`);
  });
  const written = output?.close(answer.failures.length === 0);
  if (written) process.stdout.write(`${written}\n`);
  if (answer.status)
    process.stdout.write(values.json ? `${JSON.stringify(answer.status)}\n` : formatStatus(answer.status));
  for (const failure of answer.failures) process.stderr.write(`${failure}\n`);
  return answer.failures.length === 0 ? 0 : EXIT_FAILURE;
}

/** A name for a profile or a heap snapshot that the developer tools recognise; null if the request gives no file. */
function defaultOutput(request: ManagerRequest): string | null {
  if (request.command !== "profile" && request.command !== "heap") return null;
  const name = request.service.replace(/[^A-Za-z0-9.-]+/g, "_").replace(/^_+/, "") || "root";
  return `${name}.${request.command === "heap" ? "heapsnapshot" : "cpuprofile"}`;
}

function parse(argumentList: string[]) {
  return parseArgs({
    args: argumentList,
    allowPositionals: true,
    options: {
      all: { type: "boolean", short: "a" },
      socket: { type: "string", short: "s" },
      config: { type: "string", short: "f" },
      turn: { type: "boolean", short: "t" },
      relaunch: { type: "boolean", short: "l" },
      message: { type: "string", short: "m" },
      json: { type: "boolean" },
      seconds: { type: "string" },
      output: { type: "string", short: "o" },
      builtin: { type: "boolean", short: "F" },
      verbose: { type: "boolean", short: "v" },
      help: { type: "boolean", short: "h" },
      version: { type: "boolean" },
    },
  });
}

function toRequest(values: ReturnType<typeof parse>["values"], positionals: string[]): ManagerRequest {
  if (values.turn) return { command: "turn-logs" };
  if (values.relaunch) return { command: "relaunch", services: chosen(positionals, values.all) };
  if (values.message !== undefined) {
    return { command: "message", text: values.message, services: chosen(positionals, values.all) };
  }
  const [command, ...rest] = positionals;
  switch (command) {
    case undefined:
      throw new UsageError("which command?");
    case "status":
      return { command: "status" };
    case "turn":
      return { command: "turn-logs" };
    case "reload":
      return { command: "reload" };
    case "relaunch":
    case "drain":
    case "revive":
      return { command, services: chosen(rest, values.all) };
    case "scale": {
      const [count, ...services] = rest;
      if (!/^\d+$/.test(count ?? "")) throw new UsageError("how many siblings? okmgr scale N SERVICE...");
      if (services.length === 0) throw new UsageError("which services?");
      return { command: "scale", siblings: Number(count), services };
    }
    case "profile":
    case "heap": {
      if (rest.length !== 1) throw new UsageError(`${command} is of exactly one service`);
      const seconds = Number(values.seconds ?? 10);
      if (!(seconds > 0 && seconds <= PROFILE_LIMIT)) {
        throw new UsageError(`--seconds must be a number up to ${PROFILE_LIMIT}, not "${values.seconds}"`);
      }
      return command === "heap" ? { command, service: rest[0] } : { command, service: rest[0], seconds };
    }
    case "message": {
      const [text, ...services] = rest;
      if (text === undefined) throw new UsageError("which message?");
      return { command: "message", text, services: chosen(services, values.all) };
    }
    default:
      throw new UsageError(`there is no command "${command}"`);
  }
}

function chosen(services: string[], all = false): string[] | null {
  if (all && services.length > 0) throw new UsageError("either --all or names of services");
  if (!all && services.length === 0) throw new UsageError("which services? Name them, or say --all");
  return all ? null : services;
}

async function socketPath({
  socket,
  config,
  builtin,
}: {
  socket?: string;
  config?: string;
  builtin?: boolean;
}): Promise<string> {
  if ([socket, config, builtin].filter((option) => option !== undefined).length > 1) {
    throw new UsageError("only one of --socket, --config and -F");
  }
  if (socket !== undefined) return socket;
  let settings = defaultSettings();
  if (builtin) return settings.manager.socket;
  if (config !== undefined) {
    const { loadSettings } = await import("../config/index.js");
    // A mistake elsewhere in the file must not keep the operator from a running server.
    settings = loadSettings(config, { acceptMistakes: true }).settings!;
  }
  const inJail = join(settings.directories.jail, settings.manager.socket);
  return existsSync(inJail) ? inJail : settings.manager.socket;
}

function formatStatus({
  version: running,
  pid,
  uptime,
  addresses,
  dispatcher,
  logger,
  publisher,
  services,
}: ServerStatus): string {
  const helper = (name: string, { pid: id, restarts, memory }: HelperStatus) => [
    name,
    id ? "ready" : "waiting",
    String(id || "-"),
    String(restarts),
    megabytes(memory),
    "",
  ];
  const rows = [
    ["PROCESS", "STATE", "PID", "RESTARTS", "MEMORY", "UP"],
    ["okd", "ready", String(pid), "-", "", duration(uptime)],
    helper("dispatcher", dispatcher),
    helper("log daemon", logger),
    ...(publisher === null ? [] : [helper("publisher", publisher)]),
    ...services.map(({ name, sibling, siblings, state, pid: id, restarts, memory, readyFor }) => [
      siblings > 1 ? `${name}:${sibling}` : name,
      state,
      String(id || "-"),
      String(restarts),
      megabytes(memory),
      readyFor > 0 ? duration(readyFor) : "",
    ]),
  ];
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const table = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]))
      .join("  ")
      .trimEnd(),
  );
  return `okd ${running} on ${addresses.join(" ")}\n${table.join("\n")}\n`;
}

function megabytes(bytes: number | null): string {
  return bytes === null ? "" : `${Math.round(bytes / 1024 / 1024)} MB`;
}

/** Days, hours, minutes, seconds: the two largest. */
function duration(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  const parts = [
    [Math.floor(seconds / 86400), "d"],
    [Math.floor(seconds / 3600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "m"],
    [seconds % 60, "s"],
  ] as const;
  const first = Math.min(parts.findIndex(([count]) => count > 0) >>> 0, parts.length - 1);
  return parts
    .slice(first, first + 2)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(" ");
}
