/**
 * What a configuration file `pubc.config.ts` (`.js`, `.mjs`, `.json`) holds. Everything is optional; options of the command
 * line win. Paths are relative to the folder of the file.
 */
import type { Severities } from "../checks/diagnostics.js";

export interface Configuration {
  /** Folder of the site: what commands work on when they are given no folder. */
  readonly root?: string;
  /** Folder of the bundle. */
  readonly out?: string;
  /** Services: the module that okd runs, and the TypeScript or JavaScript that it is bundled from. */
  readonly services?: Readonly<Record<string, string>>;
  /** Modules that export libraries of own functions (`defineLibrary`), or services that have some. */
  readonly libraries?: readonly string[];
  /** Options of `pubc compile`, `watch` and `dev`. */
  readonly compile?: {
    /** Order of dictionary entries. Default `insertion`. */
    readonly dictOrder?: "insertion" | "reference";
    /** Shorten the generated modules. */
    readonly minify?: boolean;
    /** Write the bundle although templates have errors. */
    readonly keepGoing?: boolean;
    /** Also write modules for runs that show errors in the page. */
    readonly errorDisplay?: boolean;
  };
  /** Options of `pubc check`. */
  readonly check?: {
    /** Warnings count as errors for the exit code. */
    readonly strict?: boolean;
    /** Severities of rules, instead of their own. */
    readonly rules?: Severities;
  };
  /** Options of `pubc dev`. */
  readonly dev?: {
    /** Port of the server; 0 takes a free one. Default 8080. */
    readonly port?: number;
    /** Address that it listens on. Default 127.0.0.1. */
    readonly address?: string;
    /** The `okws_config` of the server. */
    readonly serverConfig?: string;
  };
}

/** Gives the types of a configuration to editors. */
export function defineConfig(configuration: Configuration): Configuration {
  return configuration;
}
