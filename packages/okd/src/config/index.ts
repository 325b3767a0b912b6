// Configuration: `okws_config` files in, typed settings and every mistake out; settings back into the text of a file.
import { defaultSettings, defaultTlsChannel } from "./defaults.js";
import { type Draft, type FileDiagnostic, report } from "./draft.js";
import { finishSettings } from "./finish.js";
import { overrideTls, type TlsOverrides } from "./override-tls.js";
import { readConfigFile } from "./read.js";
import type { Settings } from "./settings.js";

export { defaultSettings } from "./defaults.js";
export type { FileDiagnostic } from "./draft.js";
export { formatSettings } from "./format.js";
export { configReference } from "./reference.js";
export type * from "./settings.js";
export { version } from "./version.js";

/** What a command line says over the configuration. */
export interface SettingsOverrides extends TlsOverrides {
  /** The reference listen port; 0 lets the system choose one. */
  port?: number;
  /** Address of all ports. */
  address?: string;
  /** Directory of the logs. */
  logDirectory?: string;
}

export interface LoadOptions {
  overrides?: SettingsOverrides;
  /** Gives the settings although there are mistakes, for programs that need little of them. */
  acceptMistakes?: boolean;
}

/**
 * Reads a configuration file and the files it includes (okws-server.md §2).
 *
 * @param file path, byte string
 * @returns the settings, or null if there is an error; and all errors and warnings of all files, in the order of reading,
 *   what only the whole shows last. Every diagnostic names its file and line.
 */
export function loadSettings(
  file: string,
  { overrides = {}, acceptMistakes = false }: LoadOptions = {},
): { settings: Settings | null; diagnostics: FileDiagnostic[] } {
  const draft: Draft = {
    settings: defaultSettings(),
    given: new Map(),
    ports: new Map(),
    referencePort: null,
    channels: new Map([["default", { channel: defaultTlsChannel("default"), ports: new Map() }]]),
    services: [],
    interpreters: new Map(),
    aliases: [],
    regexAliases: [],
    prefixAliases: [],
    virtualHosts: [],
    diagnostics: [],
  };
  const main = readConfigFile(draft, file, new Set(), null);
  if (main && draft.ports.size === 0 && overrides.port === undefined) {
    const message = `no directive names a port to listen on: port ${draft.settings.network.referencePort} is used`;
    report(draft, main, { code: "config-unused", message, severity: "warning" });
  }
  const settings = applyOverrides(finishSettings(draft), overrides);
  const failed = draft.diagnostics.some(({ severity }) => severity === "error");
  return { settings: failed && !acceptMistakes ? null : settings, diagnostics: draft.diagnostics };
}

/** The same settings with what the command line says instead. */
export function applyOverrides(settings: Settings, overrides: SettingsOverrides): Settings {
  const { port, address, logDirectory } = overrides;
  const network = { ...settings.network, address: address ?? settings.network.address };
  network.listen = network.listen.map((listener) => ({
    address: network.address,
    port: listener.port === network.referencePort && port !== undefined ? port : listener.port,
  }));
  network.referencePort = port ?? network.referencePort;
  const logs = { ...settings.logs, directory: logDirectory ?? settings.logs.directory };
  return { ...settings, network, logs, tls: overrideTls(settings.tls, overrides) };
}
