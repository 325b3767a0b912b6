/**
 * `pubc init`: a small site to begin with.
 */
import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { SERVICE_FILES, SITE_FILES } from "../init/files.js";
import { type Command, UsageError } from "./arguments.js";

export const initCommand: Command = {
  summary: "create a small working site",
  help: `pubc init [DIR] [options]

Writes a site with two pages, a layout and a configuration into DIR (default: this folder). Files that exist are never
overwritten: if there are any of the same names, nothing is written and the exit code is 2.

  --service             also a service in TypeScript, with its page and an okws_config
  -q, --quiet           do not say what to do next`,
  options: { service: { type: "boolean" }, quiet: { type: "boolean", short: "q" } },
  run(values, positionals) {
    if (positionals.length > 1) throw new UsageError("init takes one folder");
    const folder = resolve(positionals[0] ?? ".");
    const files = Object.entries(values.service === true ? { ...SITE_FILES, ...SERVICE_FILES } : SITE_FILES);
    refuseToOverwrite(folder, files);
    for (const [name, text] of files) {
      const path = join(folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text, { flag: "wx" });
    }
    if (values.quiet !== true) process.stdout.write(nextSteps(folder, files, values.service === true));
    return 0;
  },
};

function refuseToOverwrite(folder: string, files: readonly (readonly [name: string, text: string])[]): void {
  if (existsSync(folder) && !statSync(folder).isDirectory()) throw new UsageError(`${folder} is not a folder`);
  const present = files.flatMap(([name]) => (existsSync(join(folder, name)) ? [name] : []));
  if (present.length > 0) {
    throw new UsageError(`${folder} already has ${present.join(", ")}; nothing was written. Choose another folder`);
  }
}

function nextSteps(
  folder: string,
  files: readonly (readonly [name: string, text: string])[],
  service: boolean,
): string {
  const here = relative(process.cwd(), folder);
  const lines = [
    ...(here === "" ? [] : [`  cd ${here.startsWith("..") ? folder : here}`]),
    ...(service ? ["  npm install"] : []),
    "  pubc dev      look at the site in a browser; it follows what you change",
    "  pubc check    look for mistakes",
    "  pubc compile  write the bundle that okd serves",
  ];
  return `Wrote ${files.map(([name]) => name).join(", ")}.\n\nNext:\n${lines.join("\n")}\n`;
}
