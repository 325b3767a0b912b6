// A compiled site made by hand for tests of the server alone: its page runtime is a double with four fixed behaviours.

import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * The double of the page runtime. A template `T` prints its text with each `%{name}` replaced by the variable; its lines
 * `!log TEXT` go to the log, `!fail` makes the page fail, `!wait MS` delays it, `!die` ends the process.
 */
const RUNTIME = `
import { readFileSync } from "node:fs";
import { join } from "node:path";
const bytes = (value) => typeof value === "string" ? value : value instanceof Uint8Array ? Buffer.from(value).toString("latin1") : String(value);
export async function openSite(directory) {
  let manifest;
  const read = () => {
    const next = JSON.parse(readFileSync(join(directory, "manifest.json"), "utf8"));
    if (next.version !== 1) throw new Error("a manifest of another version");
    manifest = next;
  };
  read();
  return {
    get manifest() { return manifest; },
    has: (path) => Object.hasOwn(manifest.templates, path),
    async publish(path, { globals }) {
      const log = [];
      let ok = true;
      let text = "";
      for (const line of manifest.templates[path].text.split(/(?<=\\n)/)) {
        const order = /^!(\\w+) ?(.*)/.exec(line);
        if (!order) text += line.replace(/%\\{(\\w+)\\}/g, (_, name) => bytes(globals[name] ?? ""));
        else if (order[1] === "log") log.push("okws-pub3[eval]: " + path.slice(1) + ":1: " + order[2]);
        else if (order[1] === "fail") ok = false;
        else if (order[1] === "wait") await new Promise((resolve) => setTimeout(resolve, Number(order[2])));
        else if (order[1] === "die") process.exit(3);
      }
      return { ok, completed: ok, body: Buffer.from(text, "latin1"), log };
    },
    async reload() { read(); },
    close() {},
  };
}
`;

export interface TestSite {
  /** Text of each template by its path. */
  templates: Record<string, string>;
  /** Content of each other file by its path. */
  files?: Record<string, string>;
}

/** Writes (or replaces) the compiled site in `directory`, as the compiler does: the manifest last and at once. */
export function makeSite(directory: string, { templates, files = {} }: TestSite): void {
  const write = (path: string, content: string) => {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), content, "latin1");
  };
  write("runtime-x.mjs", RUNTIME);
  for (const [path, content] of Object.entries(files)) write(`files${path}`, content);
  const manifest = {
    version: 1,
    compiler: "0.1.0",
    runtime: "runtime-x.mjs",
    options: { dictOrder: "insertion" },
    templates: Object.fromEntries(Object.entries(templates).map(([path, text]) => [path, { text }])),
    files: Object.fromEntries(
      Object.entries(files).map(([path, content]) => [
        path,
        { hash: `${content.length}-${path}`, size: content.length },
      ]),
    ),
  };
  // In ASCII, so that the double, which reads UTF-8, sees the bytes of the templates as characters.
  const json = JSON.stringify(manifest).replace(/[\x80-\xff]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`);
  write("manifest.json.new", json);
  renameSync(join(directory, "manifest.json.new"), join(directory, "manifest.json"));
}
