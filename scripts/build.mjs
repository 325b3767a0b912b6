#!/usr/bin/env node
// Bundles every package into its `dist/` folder, so that commands start from one file and load nothing they do not need.
// Usage: node scripts/build.mjs [--quiet]
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const packages = join(root, "packages");

/**
 * What is built: the folder of a package and its entry files (name in `dist/` → source). A command starts fast when it is
 * minified and split, so that it reads only what the work at hand needs.
 */
const bundles = [
  {
    folder: "pub-parser",
    entries: { index: "src/index.ts", json: "src/json/index.ts", config: "src/config/index.ts" },
  },
  { folder: "runtime", entries: { index: "src/index.ts", service: "src/service/index.ts" } },
  {
    folder: "pub-compiler",
    entries: { index: "src/index.ts", esbuild: "src/plugins/esbuild.ts", vite: "src/plugins/vite.ts" },
  },
  {
    folder: "pub-compiler",
    entries: {
      pubc: "src/cli/pubc.ts",
      "compile-worker": "src/project/compile-worker.ts",
      "check-worker": "src/checks/worker.ts",
    },
    // What the reports of `pubc check` refer to.
    copies: { "rules.md": "docs/rules.md" },
    command: true,
  },
  { folder: "okd", entries: await okdEntries() },
];

/** Imports between our packages are read from their sources: a bundle never depends on the order of the builds. */
const alias = {
  "pub-parser/json": join(packages, "pub-parser/src/json/index.ts"),
  "pub-parser/config": join(packages, "pub-parser/src/config/index.ts"),
  "pub-parser": join(packages, "pub-parser/src/index.ts"),
  "pub-runtime/service": join(packages, "runtime/src/service/index.ts"),
  "pub-runtime": join(packages, "runtime/src/index.ts"),
  "pub-compiler": join(packages, "pub-compiler/src/index.ts"),
};

const started = performance.now();
/** Tells one build of the compiler from another: of the sources that decide what it makes of a template. */
const buildHash = hashOf(["pub-parser", "pub-compiler", "runtime"]);
const results = await Promise.allSettled(bundles.map(bundle));
const written = results.flatMap((result) => result.value ?? []);
for (const { reason } of results) {
  // esbuild has printed what is wrong with a source.
  if (reason && !reason.errors) throw reason;
  if (reason) process.exitCode = 1;
}
if (!process.argv.includes("--quiet")) {
  for (const file of written.filter((name) => !name.endsWith(".map")).sort()) {
    console.log(`${relative(root, file).padEnd(44)} ${(statSync(file).size / 1024).toFixed(1).padStart(8)} kB`);
  }
  console.log(`built in ${((performance.now() - started) / 1000).toFixed(2)} s`);
}

function hashOf(folders) {
  const hash = createHash("sha1");
  for (const folder of folders) {
    const files = readdirSync(join(packages, folder, "src"), { recursive: true, withFileTypes: true });
    const paths = files.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    for (const path of paths.sort()) hash.update(path.slice(packages.length)).update(readFileSync(path));
  }
  return hash.digest("hex");
}

async function okdEntries() {
  const list = join(packages, "okd", "build.mjs");
  if (!existsSync(list)) return { index: "src/index.ts" };
  return (await import(pathToFileURL(list).href)).entryPoints;
}

async function bundle({ folder, entries, copies = {}, command = false }) {
  const base = join(packages, folder);
  const { version } = JSON.parse(readFileSync(join(base, "package.json"), "utf8"));
  const sources = Object.fromEntries(
    Object.entries(entries)
      .map(([name, source]) => [name, join(base, source)])
      .filter(([, source]) => existsSync(source)),
  );
  if (Object.keys(sources).length === 0) return [];
  const result = await build({
    entryPoints: sources,
    outdir: join(base, "dist"),
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20.19",
    // Names stay: keeping those of functions beside shortened ones costs a call for every function that is made.
    minifyWhitespace: command,
    minifySyntax: command,
    splitting: command,
    chunkNames: "chunks/[name]-[hash]",
    define: {
      PUBC_VERSION: JSON.stringify(version),
      OKD_VERSION: JSON.stringify(version),
      PUBC_BUILD: JSON.stringify(buildHash),
    },
    sourcemap: true,
    sourcesContent: false,
    // Packages that are no ES modules would need a `require` of their own in the bundle.
    external: ["esbuild", "@fastify/busboy", "saxes"],
    alias,
    write: false,
    logLevel: "warning",
  });
  for (const file of result.outputFiles) replaceFile(file.path, file.contents);
  for (const [name, source] of Object.entries(copies)) {
    replaceFile(join(base, "dist", name), readFileSync(join(root, source)));
  }
  if (command) removeOldChunks(join(base, "dist", "chunks"), new Set(result.outputFiles.map((file) => file.path)));
  return result.outputFiles.map((file) => file.path);
}

/** Chunks of earlier builds stay for a while, because a command that is running may still load them. */
function removeOldChunks(folder, current) {
  if (!existsSync(folder)) return;
  const tooOld = Date.now() - 10 * 60_000;
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (!current.has(path) && statSync(path).mtimeMs < tooOld) rmSync(path, { force: true });
  }
}

/** Writes beside and renames: a process that is just starting never reads half a file. */
function replaceFile(path, contents) {
  if (existsSync(path) && readFileSync(path).equals(contents)) return;
  mkdirSync(dirname(path), { recursive: true });
  const beside = `${path}.${process.pid}`;
  writeFileSync(beside, contents);
  renameSync(beside, path);
}
