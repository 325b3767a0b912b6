// Whole sites with the real command: cold, again with nothing changed, memory, and esbuild alone on the same modules.
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bar, caseRecord, OURS } from "../harness/report.mjs";
import { median } from "../harness/statistics.mjs";
import { peakMemory, pubc, timed, tree, workFolder } from "./processes.mjs";

/** The program that bundles with esbuild's API: entry and result are its arguments. */
const BUNDLE = `
  import { build } from "esbuild";
  const [entry, outfile] = process.argv.slice(1);
  await build({ entryPoints: [entry], outfile, bundle: true, platform: "node", sourcemap: true, logLevel: "error" });
`;

export function measureSites({ isQuick }) {
  const small = measureSite(1000, isQuick ? 3 : 9);
  const large = measureSite(10_000, isQuick ? 1 : 9);
  const cold = median(small.cold);
  const growth = median(large.cold) / cold;
  return {
    cases: [...small.cases, ...large.cases],
    bars: [
      bar("cold compile, 1,000 templates: in ms", cold, 1000),
      bar(
        "cold compile, 10,000 templates: against three times esbuild alone",
        median(large.cold) / large.esbuild / 3,
        1,
      ),
      bar("cold compile, 10,000 templates: peak memory, in MB", large.memory, 1024),
      bar("cold compile, 10,000 templates: against 1,000", growth, 11),
      bar("warm start, 10,000 templates: in ms", median(large.warm), 1500),
    ],
  };
}

/** Compiles a tree several times into an empty folder and again into the full one; durations in ms, memory in MB. */
function measureSite(count, rounds) {
  const root = tree(count);
  const out = join(workFolder, `dist-${count}`);
  const cache = join(workFolder, `cache-${count}`);
  const compile = [pubc, "compile", root, "-o", out, "--cache", cache, "--quiet"];
  const clear = () => {
    for (const folder of [out, cache]) rmSync(folder, { recursive: true, force: true });
  };
  const cold = [];
  const warm = [];
  const bundle = [];
  for (let round = 0; round < rounds; round++) {
    clear();
    cold.push(timed(compile));
    warm.push(timed(compile));
    bundle.push(bundleAlone(out));
  }
  clear();
  const memory = peakMemory(compile);
  clear();
  const label = `${count.toLocaleString("en")} templates`;
  const cases = [
    caseRecord(
      `cold compile, ${label}`,
      new Map([
        [OURS, cold],
        ["esbuild alone", bundle],
      ]),
    ),
    caseRecord(`warm start, ${label}`, new Map([[OURS, warm]])),
    caseRecord(`peak memory, ${label}`, new Map([[OURS, [memory]]]), "MB"),
  ];
  return { cold, warm, memory, esbuild: median(bundle), cases };
}

/** Bundles the generated modules of a bundle with nothing but esbuild; the duration in ms. */
function bundleAlone(out) {
  const modules = readdirSync(join(out, "templates"), { recursive: true }).filter((name) => /\.[cm]?js$/.test(name));
  const entry = join(out, "all.cjs");
  writeFileSync(entry, modules.map((name) => `require(${JSON.stringify(`./templates/${name}`)});\n`).join(""));
  return timed(
    ["--input-type=module", "--eval", BUNDLE, entry, join(out, "all.bundle.js")],
    fileURLToPath(new URL(".", import.meta.url)),
  );
}
