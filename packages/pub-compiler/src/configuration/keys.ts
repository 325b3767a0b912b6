/**
 * The keys of a configuration file: one table that drives its checks and its documentation.
 */
import type { Configuration } from "./configuration.js";

/** What a value may be. */
export type Shape =
  | { readonly kind: "text" | "path" | "flag" }
  | { readonly kind: "integer"; readonly least: number; readonly most: number }
  | { readonly kind: "choice"; readonly words: readonly string[] }
  | { readonly kind: "paths" }
  /** Names → values; `names` are the allowed ones, asked for when there is such a table. */
  | { readonly kind: "table"; readonly names: (() => Promise<readonly string[]>) | null; readonly value: Shape }
  | { readonly kind: "group"; readonly keys: KeyTable };

export interface Key {
  readonly shape: Shape;
  /** One line for the documentation. */
  readonly summary: string;
}

export type KeyTable = Readonly<Record<string, Key>>;

const flag = (summary: string): Key => ({ shape: { kind: "flag" }, summary });
const path = (summary: string): Key => ({ shape: { kind: "path" }, summary });
const group = <Group extends object>(summary: string, keys: Record<keyof Group & string, Key>): Key => ({
  shape: { kind: "group", keys },
  summary,
});

const ruleNames = async (): Promise<string[]> => Object.keys((await import("../checks/rules.js")).rules);

export const CONFIGURATION_KEYS: Record<keyof Configuration, Key> = {
  root: path("folder of the site: what commands work on when they are given no folder"),
  out: path("folder of the bundle (`-o`)"),
  services: {
    shape: { kind: "table", names: null, value: { kind: "path" } },
    summary: "services to bundle: the module that `okws_config` names → its source",
  },
  libraries: {
    shape: { kind: "paths" },
    summary: "modules that export libraries of own functions, or services that have some; `pubc check` knows them",
  },
  compile: group<NonNullable<Configuration["compile"]>>("options of `pubc compile`, `watch` and `dev`", {
    dictOrder: {
      shape: { kind: "choice", words: ["insertion", "reference"] },
      summary: "order of dictionary entries (`--dict-order`)",
    },
    minify: flag("shorten the generated modules (`--minify`)"),
    keepGoing: flag("write the bundle although templates have errors (`--keep-going`)"),
    errorDisplay: flag("also write modules for runs that show errors in the page (`--error-display`)"),
  }),
  check: group<NonNullable<Configuration["check"]>>("options of `pubc check`", {
    strict: flag("warnings count as errors for the exit code (`--strict`)"),
    rules: {
      shape: { kind: "table", names: ruleNames, value: { kind: "choice", words: ["error", "warning", "off"] } },
      summary: "severities of [rules](rules.md), instead of their own (`--rule`)",
    },
  }),
  dev: group<NonNullable<Configuration["dev"]>>("options of `pubc dev`", {
    port: {
      shape: { kind: "integer", least: 0, most: 65535 },
      summary: "port of the server; 0 takes a free one (`--port`)",
    },
    address: { shape: { kind: "text" }, summary: "address that it listens on (`--address`)" },
    serverConfig: path("the server's `okws_config` (`--server-config`)"),
  }),
};
