/**
 * Imports the modules that a project names: JavaScript as it is, TypeScript translated.
 */
import { rmSync, writeFileSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { pathToFileURL } from "node:url";

/** What a module exports. */
export function importModule(path: string): Promise<Record<string, unknown>> {
  return /^\.m?ts$/.test(extname(path)) ? importTypeScript(path) : import(pathToFileURL(path).href);
}

/** What went wrong in it, for its author; mistakes of the syntax with line and column. */
export function messageOf(error: unknown): string {
  const { errors } = error as { errors?: { text: string; location: { line: number; column: number } | null }[] };
  if (errors === undefined) return error instanceof Error ? error.message : String(error);
  return errors
    .map(({ text, location }) => (location ? `${location.line}:${location.column + 1}: ` : "") + text)
    .join("\n");
}

/** Translates the file and what it imports from the project, and runs it beside the file, where packages are found. */
async function importTypeScript(path: string): Promise<Record<string, unknown>> {
  const { build } = await import("esbuild");
  const result = await build({
    entryPoints: [path],
    bundle: true,
    write: false,
    platform: "node",
    format: "esm",
    target: "node20",
    packages: "external",
    logLevel: "silent",
    plugins: [
      {
        name: "pub-compiler",
        setup(context) {
          // A configuration needs nothing but the types, so that it also works where only the command is installed.
          context.onResolve({ filter: /^pub-compiler$/ }, () => ({ path: "pub-compiler", namespace: "configuration" }));
          context.onLoad({ filter: /.*/, namespace: "configuration" }, () => ({
            contents: "export const defineConfig = (configuration) => configuration;",
          }));
        },
      },
    ],
  });
  const translated = join(dirname(path), `.${basename(path)}.${process.pid}.${Date.now()}.mjs`);
  writeFileSync(translated, result.outputFiles[0].contents);
  try {
    return await import(pathToFileURL(translated).href);
  } finally {
    rmSync(translated, { force: true });
  }
}
