/**
 * `pubc dev`: a site and its services behind okd, compiled again and reloaded when something changes.
 */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Configuration } from "../configuration/configuration.js";
import { startDevelopment } from "../dev/development-server.js";
import { findServerPrograms } from "../dev/server-programs.js";
import {
  type Command,
  type Configured,
  choice,
  integer,
  type OptionValues,
  seenFromHere,
  UsageError,
} from "./arguments.js";
import { configuredCompile, serviceEntries } from "./compile.js";
import { DICT_ORDERS } from "./run-options.js";

export const devCommand: Command = {
  summary: "serve a site and its services while they are worked on",
  help: `pubc dev [DIR] [options]

Compiles the site in DIR and its services, and serves them with okd. What is saved is compiled again: templates show at
once, services are replaced, browsers load their pages again. Mistakes lie over the page and stand in the terminal,
where requests are logged too. Ends with INT (Ctrl-C) or TERM.

  -o, --out DIST        folder of the bundle (default: a temporary one)
  -p, --port N          port of the server; 0 takes a free one (default: that of the okws_config, else 8080)
  -a, --address ADDR    address that it listens on (default: 127.0.0.1)
  --server-config FILE  an okws_config: services, aliases, limits
  --service OUT=SOURCE  bundle the service SOURCE into the module OUT; may be repeated
  --inspect             services listen for debuggers: the first on port 9229, the others on those after it
  --inspect-port N      the same, beginning with port N
  --dict-order ORDER    order of dictionary entries: insertion (default) or reference`,
  options: {
    out: { type: "string", short: "o" },
    port: { type: "string", short: "p" },
    address: { type: "string", short: "a" },
    "server-config": { type: "string" },
    service: { type: "string", multiple: true },
    inspect: { type: "boolean" },
    "inspect-port": { type: "string" },
    "dict-order": { type: "string" },
  },
  configured: configuredDev,
  run,
};

function configuredDev(configuration: Configuration, folder: string | null): Configured {
  const { port, address, serverConfig } = configuration.dev ?? {};
  const { values, positionals } = configuredCompile(configuration);
  return {
    values: {
      out: values.out,
      "dict-order": values["dict-order"],
      service: values.service,
      port: port?.toString(),
      address,
      "server-config": serverConfig,
      folder: folder ?? undefined,
    },
    positionals,
  };
}

async function run(values: OptionValues, positionals: string[]): Promise<number> {
  const [root] = positionals;
  if (root === undefined || positionals.length !== 1) throw new UsageError("give exactly one folder, or a pubc.config");
  if (!statSync(root, { throwIfNoEntry: false })?.isDirectory()) throw new UsageError(`there is no folder ${root}`);
  // Where the project is: what okws_config calls the working directory must not depend on where the command was typed.
  const folder = typeof values.folder === "string" ? values.folder : process.cwd();
  const programs = findServerPrograms(folder);
  if (programs === null) throw new UsageError("dev needs the package okd, which is not installed: npm install okd");
  const options = {
    programs,
    pubc: process.argv[1],
    folder,
    root: resolve(root),
    compileArguments: compileArguments(values),
    services: serviceEntries(values),
    serverArguments: serverArguments(values),
    serverConfig: typeof values["server-config"] === "string" ? resolve(values["server-config"]) : null,
    inspected: inspectPort(values) !== undefined,
    print: (text: string) => void process.stdout.write(text),
  };
  const temporary = values.out === undefined ? mkdtempSync(join(tmpdir(), "pubc-dist-")) : null;
  const stop = stopSignal();
  try {
    const server = await startDevelopment({ ...options, bundle: temporary ?? resolve(String(values.out)) });
    process.stdout.write(`pubc dev: ${server.address} shows ${seenFromHere(resolve(root))}\n`);
    const failure = await Promise.race([server.failed, stop.then(() => null)]);
    await server.stop();
    if (failure === null) return 0;
    process.stderr.write(`pubc: ${failure}\n`);
    return 1;
  } catch (error) {
    process.stderr.write(`pubc: dev cannot start: ${(error as Error).message}\n`);
    return 1;
  } finally {
    if (temporary !== null) rmSync(temporary, { recursive: true, force: true });
  }
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => resolve());
  });
}

function compileArguments(values: OptionValues): string[] {
  const order = choice(values, "dict-order", DICT_ORDERS);
  return order === undefined ? [] : ["--dict-order", order];
}

function inspectPort(values: OptionValues): number | undefined {
  return integer(values, "inspect-port") ?? (values.inspect === true ? 9229 : undefined);
}

function serverArguments(values: OptionValues): string[] {
  const given: string[] = [];
  const port = integer(values, "port");
  if (port !== undefined) given.push("--port", String(port));
  if (values.address !== undefined) given.push("--address", String(values.address));
  if (values["server-config"] !== undefined) given.push("--config", resolve(String(values["server-config"])));
  const inspect = inspectPort(values);
  if (inspect !== undefined) given.push("--inspect", String(inspect));
  return given;
}
