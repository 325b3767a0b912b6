// The command `okd`: reads command line and configuration, runs the server, turns signals into orders.

import { existsSync, realpathSync, rmSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { getSystemErrorName } from "node:util";
import { defaultSettings } from "../config/defaults.js";
import type { Settings, SettingsOverrides } from "../config/index.js";
import { overrideTls, type TlsOverrides } from "../config/override-tls.js";
import { version } from "../config/version.js";
import { Launcher, LauncherError, type LauncherEvents } from "../launcher/launcher.js";
import type { ServerOptions } from "../launcher/plan.js";
import { isListening } from "../manager/manager-socket.js";
import { BindError } from "../process/native-handles.js";
import { IdentityError } from "../security/identities.js";
import { readManifest } from "../static/site.js";
import { activatedSockets } from "../systemd/activation.js";
import { ServiceManager } from "../systemd/notify.js";
import { type CommandLine, HELP, parseCommandLine } from "./options.js";

const DEFAULT_PORT = 8080;
const DEFAULT_ADDRESS = "127.0.0.1";

const EXIT_FAILURE = 1;
const EXIT_USAGE = 2;

/** The message is all that the operator needs; exit status 1. */
class StartError extends Error {}

await main(process.argv.slice(2));

async function main(argumentList: string[]): Promise<void> {
  const parsed = parseCommandLine(argumentList);
  switch (parsed.kind) {
    case "help":
      process.stdout.write(HELP);
      return;
    case "version":
      process.stdout.write(`okd ${version}\n`);
      return;
    case "mistake":
      process.stderr.write(`okd: ${parsed.message}\nTry \`okd --help\`.\n`);
      process.exitCode = EXIT_USAGE;
      return;
    case "run":
      try {
        await run(parsed.options);
      } catch (error) {
        if (!(error instanceof StartError || error instanceof LauncherError)) throw error;
        process.stderr.write(`okd: ${error.message}\n`);
        process.exit(EXIT_FAILURE);
      }
  }
}

async function run(options: CommandLine): Promise<void> {
  const site = await findSite(options.site);
  const settings = await readSettings(options);
  const { development, inspectPort } = options;
  await removeDeadSockets(settings);
  const complain = (line: string) => process.stderr.write(`okd: ** ${line}\n`);
  const serviceManager = new ServiceManager(process.env, process.pid, complain);
  const server: ServerOptions = {
    settings,
    site,
    development,
    inspectPort,
    isConfigured: options.configuration !== null,
    baseDirectory: options.configuration === null ? process.cwd() : dirname(resolve(options.configuration)),
    activated: activatedSockets(process.env, process.pid, complain),
    managerSocket: managerSocket(options, settings),
  };
  const launcher = createLauncher(server, () => readSettingsAgain(options), serviceManager);
  handleSignals(launcher, settings.logs.directory !== null, () => serviceManager.stopping());
  // Whatever ends this process must not leave the others behind.
  process.on("exit", () => launcher.kill());
  await launcher.run();
  process.exit(0);
}

/** Absolute path of the compiled site, links resolved. */
async function findSite(directory: string): Promise<string> {
  const advice = `compile the site first: pubc compile SITE -o ${directory}`;
  if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) {
    throw new StartError(`there is no directory ${directory}; ${advice}`);
  }
  try {
    await readManifest(directory);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT")
      throw new StartError(`${directory} has no manifest.json, so it is no compiled site; ${advice}`);
    throw new StartError(`${message}; ${advice}`);
  }
  return realpathSync(directory);
}

async function readSettings(commandLine: CommandLine): Promise<Settings> {
  const { settings, messages } = await loadFile(commandLine);
  for (const message of messages) process.stderr.write(`${message}\n`);
  if (settings === null) throw new StartError(`${commandLine.configuration} has mistakes`);
  return settings;
}

/** For a running server: the settings of now, or the mistakes. */
async function readSettingsAgain(commandLine: CommandLine): Promise<{ settings: Settings | null; mistakes: string[] }> {
  if (commandLine.configuration === null) {
    return { settings: null, mistakes: ["the server runs without a configuration"] };
  }
  const { settings, messages } = await loadFile(commandLine);
  return { settings, mistakes: messages };
}

/** The settings, or null if they have mistakes; and what is to be said about them, one line each. */
async function loadFile(options: CommandLine): Promise<{ settings: Settings | null; messages: string[] }> {
  const { configuration, port, address, logDirectory } = options;
  if (configuration === null) return { settings: settingsWithoutFile(options), messages: [] };
  // With its grammars, the reader of configuration files is most of this program, and many starts do not need it.
  const { loadSettings } = await import("../config/index.js");
  const overrides: SettingsOverrides = {
    ...(port === null ? {} : { port }),
    ...(address === null ? {} : { address }),
    ...(logDirectory === null ? {} : { logDirectory }),
    ...tlsOverrides(options),
  };
  const { settings, diagnostics } = loadSettings(configuration, { overrides });
  const messages = diagnostics.map(
    ({ file, line, severity, message }) => `${file}:${line}: ${severity === "warning" ? "warning: " : ""}${message}`,
  );
  return { settings, messages };
}

function tlsOverrides({ tlsPort, certificateFile, keyFile }: CommandLine): TlsOverrides {
  return {
    ...(tlsPort === null ? {} : { tlsPort }),
    ...(certificateFile === null ? {} : { certificateFile: resolve(certificateFile) }),
    ...(keyFile === null ? {} : { keyFile: resolve(keyFile) }),
  };
}

function settingsWithoutFile(options: CommandLine): Settings {
  const { port, address, logDirectory } = options;
  const settings = defaultSettings();
  const listener = { address: address ?? DEFAULT_ADDRESS, port: port ?? DEFAULT_PORT };
  const network = {
    ...settings.network,
    listen: [listener],
    address: listener.address,
    referencePort: listener.port,
  };
  const logs = { ...settings.logs, directory: logDirectory };
  return { ...settings, network, logs, tls: overrideTls(settings.tls, tlsOverrides(options)) };
}

function createLauncher(
  options: ServerOptions,
  readAgain: LauncherEvents["readSettings"],
  serviceManager: ServiceManager,
): Launcher {
  const programs = dirname(fileURLToPath(import.meta.url));
  try {
    return new Launcher(options, programs, {
      listening(addresses) {
        serviceManager.ready(`serving ${addresses.map(({ address }) => address).join(", ")}`);
        for (const { address, scheme } of addresses) {
          const reachable = address.replace(/^0\.0\.0\.0:/, "127.0.0.1:").replace(/^\[::\]:/, "[::1]:");
          process.stdout.write(`okd: listening on ${scheme === null ? address : `${scheme}://${reachable}/`}\n`);
        }
      },
      operatorLine: (line) => process.stderr.write(`okd: ${line}\n`),
      readSettings: readAgain,
    });
  } catch (error) {
    if (error instanceof IdentityError) throw new StartError(error.message);
    if (!(error instanceof BindError)) throw error;
    throw new StartError(bindMessage(error));
  }
}

/** Where okmgr finds the server. A configuration names a place, which is used if its directory exists. */
function managerSocket({ socket, configuration }: CommandLine, { directories, manager }: Settings): string | null {
  if (socket !== null) return resolve(socket);
  if (configuration === null) return null;
  const path = join(directories.jail, manager.socket);
  return existsSync(dirname(path)) ? path : null;
}

/** A killed server leaves its Unix sockets behind. */
async function removeDeadSockets({ network }: Settings): Promise<void> {
  for (const { path } of network.sockets) {
    if (existsSync(path) && !(await isListening(path))) rmSync(path);
  }
}

function bindMessage({ message, errno, port }: BindError): string {
  const code = getSystemErrorName(errno);
  if (code === "EADDRINUSE" && port !== null)
    return `${message}: the port is in use; choose another one with --port, or --port 0`;
  if (port === null) return `${message}: ${code}`;
  if (code === "EACCES")
    return `${message}: not allowed; ports below 1024 need privileges, so try --port ${port + 8000}`;
  return `${message}: ${code}`;
}

function handleSignals(launcher: Launcher, hasLogFiles: boolean, stopping: () => void): void {
  let signals = 0;
  const end = () => {
    signals++;
    if (signals === 1) {
      stopping();
      launcher.stop();
    } else {
      launcher.kill();
      process.exit(EXIT_FAILURE);
    }
  };
  process.on("SIGINT", end);
  process.on("SIGTERM", end);
  process.on("SIGHUP", () => {
    // Without files it comes from a terminal that was closed.
    if (!hasLogFiles) end();
    else launcher.turnLogs().catch((error: Error) => launcher.log(`** ${error.message}`));
  });
}
