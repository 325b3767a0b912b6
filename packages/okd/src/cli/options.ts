// The command line of okd.

import { parseArgs } from "node:util";

export interface CommandLine {
  /** Directory of the compiled site. */
  site: string;
  /** Null: the configuration decides, without one 8080. */
  port: number | null;
  /** Null: the configuration decides, without one 127.0.0.1. */
  address: string | null;
  configuration: string | null;
  logDirectory: string | null;
  /** Primary port of TLS; null: the configuration decides. */
  tlsPort: number | null;
  certificateFile: string | null;
  keyFile: string | null;
  /** Path of the management socket; null: the configuration decides, without one there is none. */
  socket: string | null;
  development: boolean;
  /** The first service process listens for debuggers on this port; null: none does. */
  inspectPort: number | null;
}

export type ParsedCommandLine =
  | { kind: "run"; options: CommandLine }
  | { kind: "help" }
  | { kind: "version" }
  | { kind: "mistake"; message: string };

export const HELP = `Usage: okd DIST [options]

Serves a compiled pub site: DIST is the directory that \`pubc compile SITE -o DIST\` writes.

Options:
  -p, --port N         listen on port N; 0 takes a free one (default: 8080)
  -a, --address ADDR   listen on this address (default: 127.0.0.1)
  -f, --config FILE    read an okws_config: ports, services, aliases, logs, limits
  -w, --watch          development: changed templates show at once, browsers reload,
                       errors appear on the page (--dev is the same)
      --tls-cert FILE  certificate chain (PEM) for HTTPS and HTTP/2 ...
      --tls-key FILE   ... and its private key
      --tls-port N     listen for TLS on port N; 0 takes a free one (default: 443)
      --inspect PORT   service processes listen for debuggers (Chrome DevTools, editors) on
                       PORT, PORT + 1 and so on, 0: on free ports; they run without limits
      --log-dir DIR    write access_log and error_log there (default: the terminal)
  -s, --socket PATH    let okmgr manage the server through this Unix socket
  -h, --help           show this help
      --version        show the version

Signals: TERM or INT finishes the requests in flight and stops; a second one stops at once.
         HUP opens the files of --log-dir again after they were renamed.
`;

/** Reads the arguments (without program name). */
export function parseCommandLine(argumentList: string[]): ParsedCommandLine {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(argumentList);
  } catch (error) {
    return mistake((error as Error).message);
  }
  const { values, positionals } = parsed;
  if (values.help) return { kind: "help" };
  if (values.version) return { kind: "version" };
  if (positionals.length === 0) return mistake("which site? Give the directory that `pubc compile SITE -o DIST` wrote");
  if (positionals.length > 1) return mistake(`one site at a time, not ${positionals.length}: ${positionals.join(" ")}`);
  for (const option of ["port", "tls-port", "inspect"] as const) {
    const text = values[option];
    if (text !== undefined && !(/^\d+$/.test(text) && Number(text) <= 65535)) {
      return mistake(`--${option} must be a number from 0 to 65535, not "${text}"`);
    }
  }
  if ((values["tls-cert"] === undefined) !== (values["tls-key"] === undefined)) {
    return mistake("--tls-cert and --tls-key belong together: give both");
  }
  if (values["tls-port"] !== undefined && values["tls-cert"] === undefined && values.config === undefined) {
    return mistake("--tls-port needs a certificate: give --tls-cert and --tls-key");
  }
  return {
    kind: "run",
    options: {
      site: positionals[0],
      port: numberOrNull(values.port),
      tlsPort: numberOrNull(values["tls-port"]),
      certificateFile: values["tls-cert"] ?? null,
      keyFile: values["tls-key"] ?? null,
      address: values.address ?? null,
      configuration: values.config ?? null,
      socket: values.socket ?? null,
      logDirectory: values["log-dir"] ?? null,
      development: Boolean(values.watch || values.dev),
      inspectPort: numberOrNull(values.inspect),
    },
  };
}

function parse(argumentList: string[]) {
  return parseArgs({
    args: argumentList,
    allowPositionals: true,
    options: {
      port: { type: "string", short: "p" },
      address: { type: "string", short: "a" },
      config: { type: "string", short: "f" },
      watch: { type: "boolean", short: "w" },
      dev: { type: "boolean" },
      inspect: { type: "string" },
      socket: { type: "string", short: "s" },
      "log-dir": { type: "string" },
      "tls-cert": { type: "string" },
      "tls-key": { type: "string" },
      "tls-port": { type: "string" },
      help: { type: "boolean", short: "h" },
      version: { type: "boolean" },
    },
  });
}

function numberOrNull(text: string | undefined): number | null {
  return text === undefined ? null : Number(text);
}

function mistake(message: string): ParsedCommandLine {
  return { kind: "mistake", message };
}
