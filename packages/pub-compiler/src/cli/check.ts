/**
 * `pubc check`: diagnostics only.
 */
import { statSync } from "node:fs";
import { isAbsolute, join, relative, resolve } from "node:path";
import { nearest } from "pub-parser";
import { cacheFileOf } from "../checks/cache.js";
import type { Severities } from "../checks/diagnostics.js";
import { loadLibraries } from "../checks/load-libraries.js";
import { publishedNames } from "../checks/published-names.js";
import { explainRule, listRules, ruleAddress } from "../checks/reference.js";
import { type RuleName, rules } from "../checks/rules.js";
import { checkTree } from "../checks/tree.js";
import type { FileDiagnostic } from "../project/compile.js";
import { type Command, choice, type OptionValues, UsageError } from "./arguments.js";
import { count, formatDiagnostics, useColor } from "./report.js";
import { formatGithub, formatJson, formatSarif } from "./report-formats.js";
import { siteOfFile, siteOfFolder } from "./site-of-file.js";

const FORMATS = ["pretty", "json", "sarif", "github"] as const;

export const checkCommand: Command = {
  summary: "report mistakes in templates without running them",
  help: `pubc check DIR|FILE... [options]

Reports mistakes without running anything. A site is checked as a whole: includes, functions and variables are followed
from file to file. For a file or a folder within a site, all of the site is read, but only that part reported on. Exit code
1 when there are errors.

  --format FORMAT       pretty (default), github, sarif, or json: one array of
                        {file, line, column, endLine, endColumn, code, severity, message, hint, url}
  --strict              warnings count as errors for the exit code
  --rule NAME=SEVERITY  error, warning or off, instead of the rule's own severity; may be repeated
  --root DIR            the site that files and folders belong to; otherwise the nearest folder in which their includes
                        that begin with / are found
  --library MODULE      a module that exports a library of own functions (\`defineLibrary\`) or a service that has some; may
                        be repeated
  --service FILE        the source of a service: the variables that it publishes pages with count as set; may be repeated
  --no-cache            read all files, and keep nothing for the next run
  --list                the rules, with severity and summary
  --explain RULE        what a rule is about, with examples

A comment \`// pubc-ignore RULE: reason\` leaves out a finding of its line, or of the next line when it stands alone.`,
  options: {
    format: { type: "string" },
    strict: { type: "boolean" },
    rule: { type: "string", multiple: true },
    root: { type: "string" },
    library: { type: "string", multiple: true },
    service: { type: "string", multiple: true },
    "no-cache": { type: "boolean" },
    list: { type: "boolean" },
    explain: { type: "string" },
  },
  configured: ({ root, libraries = [], services = {}, check = {} }) => ({
    values: {
      root,
      library: [...libraries],
      service: Object.values(services),
      strict: check.strict,
      rule: Object.entries(check.rules ?? {}).map(([name, severity]) => `${name}=${severity}`),
    },
    positionals: root === undefined ? [] : [root],
  }),
  async run(values, positionals) {
    if (values.list === true) return print(listRules());
    if (typeof values.explain === "string") return print(explainRule(ruleName(values.explain)));
    if (positionals.length === 0) throw new UsageError("check takes at least one folder or file");
    const format = choice(values, "format", FORMATS) ?? "pretty";
    const found = await check(positionals, values);
    const errors = found.filter(({ diagnostic }) => diagnostic.severity === "error").length;
    const root = process.cwd();
    if (format === "json") print(formatJson(root, found));
    else if (format === "sarif") print(formatSarif(root, found));
    else if (format === "github") print(formatGithub(root, found));
    else {
      print(formatDiagnostics(root, found, useColor(process.stdout), ruleAddress));
      print(`${found.length > 0 ? "\n" : ""}${count(errors, "error")}, ${count(found.length - errors, "warning")}\n`);
      if (found.length > 0) print("`pubc check --explain RULE` says more about a rule.\n");
    }
    return errors > 0 || (values.strict === true && found.length > 0) ? 1 : 0;
  },
};

function print(text: string): 0 {
  process.stdout.write(text);
  return 0;
}

function ruleName(name: string): RuleName {
  if (Object.hasOwn(rules, name)) return name as RuleName;
  const near = nearest(name, Object.keys(rules));
  throw new UsageError(`there is no rule "${name}"${near === undefined ? "" : `; did you mean "${near}"?`}`);
}

/** The values of an option that may be repeated. */
function texts(value: OptionValues[string]): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** `--rule NAME=SEVERITY` */
function severities(values: OptionValues): Severities {
  const chosen: Record<string, "error" | "warning" | "off"> = {};
  for (const setting of Array.isArray(values.rule) ? values.rule : []) {
    const [name, severity] = String(setting).split("=");
    if (severity !== "error" && severity !== "warning" && severity !== "off") {
      throw new UsageError(`--rule takes NAME=error, NAME=warning or NAME=off, not "${setting}"`);
    }
    chosen[ruleName(name)] = severity;
  }
  return chosen;
}

/** Checks the sites that the arguments belong to, each once; `file` of the result is absolute. */
async function check(positionals: readonly string[], values: OptionValues): Promise<FileDiagnostic[]> {
  /** Root to the files and folders to report on. */
  const sites = new Map<string, string[]>();
  const known = typeof values.root === "string" ? resolve(values.root) : null;
  for (const path of positionals.map((each) => resolve(each))) {
    const status = statSync(path, { throwIfNoEntry: false });
    if (status === undefined) throw new UsageError(`there is no file or folder ${path}`);
    const root = siteOf(path, status.isDirectory(), known);
    const asked = sites.get(root);
    // A folder around the site stands for all of it.
    const wanted = isWithin(root, path) ? root : path;
    if (asked === undefined) sites.set(root, [wanted]);
    else asked.push(wanted);
  }
  const options = {
    severities: severities(values),
    libraries: await loadLibraries(texts(values.library)),
    published: await publishedNames(texts(values.service)),
    warn: (message: string) => void process.stderr.write(`pubc: ${message}\n`),
  };
  const all: FileDiagnostic[] = [];
  for (const [root, asked] of sites) {
    const cacheFile = values["no-cache"] === true ? undefined : cacheFileOf(root);
    for (const found of await checkTree(root, { ...options, cacheFile })) {
      const file = join(root, found.file);
      if (asked.some((path) => isWithin(file, path))) all.push({ ...found, file });
    }
  }
  return all;
}

/** The root of the site of a file or folder; `known` is the one that option or configuration name. */
function siteOf(path: string, isFolder: boolean, known: string | null): string {
  if (known !== null && (isWithin(path, known) || (isFolder && isWithin(known, path)))) return known;
  return isFolder ? siteOfFolder(path) : siteOfFile(path);
}

function isWithin(path: string, folder: string): boolean {
  const below = relative(folder, path);
  return below === "" || !(below.startsWith("..") || isAbsolute(below));
}
