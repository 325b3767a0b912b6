// The command `okmgr`: looks at a running server, relaunches services, turns logs, sends messages.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { defaultSettings } from "../config/defaults.js";
import { version } from "../config/version.js";
import { askServer } from "../manager/client.js";
import type { ManagerRequest, ServerStatus } from "../manager/protocol.js";

const HELP = `Usage: okmgr COMMAND [SERVICE...] [options]

Commands:
  status               show the processes of the server
  relaunch SERVICE...  replace processes without losing a request (also: -l)
  turn                 open the log files again after renaming them (also: -t)
  message TEXT SERVICE...
                       deliver TEXT to services (also: -m TEXT)

SERVICE is the URI as configured, \`static\` for the standard service, with \`:N\`
for one of several siblings: /search, /search:2, :8080/foo

Options:
  -a, --all            all services
  -s, --socket PATH    management socket of the server
  -f, --config FILE    the server's okws_config, which names the socket
      --json           status as JSON
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
  const answer = await askServer(socket, request).catch((error: Error) => {
    throw new Error(`no server listens on ${socket} (${error.message})`);
  });
  if (answer.status)
    process.stdout.write(values.json ? `${JSON.stringify(answer.status)}\n` : formatStatus(answer.status));
  for (const failure of answer.failures) process.stderr.write(`${failure}\n`);
  return answer.failures.length === 0 ? 0 : EXIT_FAILURE;
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
    case "relaunch":
      return { command: "relaunch", services: chosen(rest, values.all) };
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

async function socketPath({ socket, config }: { socket?: string; config?: string }): Promise<string> {
  if (socket !== undefined && config !== undefined) throw new UsageError("either --socket or --config");
  if (socket !== undefined) return socket;
  let settings = defaultSettings();
  if (config !== undefined) {
    const { loadSettings } = await import("../config/index.js");
    const loaded = loadSettings(config).settings;
    if (loaded === null) throw new Error(`${config} has mistakes; okd says which`);
    settings = loaded;
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
  services,
}: ServerStatus): string {
  const rows = [
    ["PROCESS", "STATE", "PID", "RESTARTS", "UP"],
    ["okd", "ready", String(pid), "-", duration(uptime)],
    [
      "dispatcher",
      dispatcher.pid ? "ready" : "waiting",
      String(dispatcher.pid || "-"),
      String(dispatcher.restarts),
      "",
    ],
    ["log daemon", logger.pid ? "ready" : "waiting", String(logger.pid || "-"), String(logger.restarts), ""],
    ...services.map(({ name, sibling, siblings, state, pid: id, restarts, readyFor }) => [
      siblings > 1 ? `${name}:${sibling}` : name,
      state,
      String(id || "-"),
      String(restarts),
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
