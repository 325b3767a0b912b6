// Edits in watch mode: from writing a template until a process that serves the bundle has its new module.
import { appendFileSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { bar, caseRecord, OURS } from "../harness/report.mjs";
import { quantile } from "../harness/statistics.mjs";
import { pubc, started, tree, workFolder } from "./processes.mjs";

const COUNT = 10_000;
/** An edit that takes longer than this, in milliseconds, was lost. */
const LOST = 30_000;

export async function measureWatch({ isQuick }) {
  const root = tree(COUNT);
  const out = join(workFolder, "dist-watch");
  rmSync(out, { recursive: true, force: true });
  const watcher = started([pubc, "watch", root, "-o", out, "--no-cache"]);
  const leaves = [];
  const layouts = [];
  try {
    await watcher.line(/written to/);
    const server = await openServer(out);
    const { files } = JSON.parse(readFileSync(join(root, "manifest.json"), "utf8"));
    // All layouts, because they are included by different numbers of pages.
    const layoutFiles = files.filter(({ name }) => name.startsWith("layout/")).map(({ name }) => name);
    const pages = files.filter(({ kind }) => kind === "page:article").map(({ name }) => name);
    for (let edit = 0; edit < (isQuick ? 11 : 41); edit++) leaves.push(await editTime(root, server, pages[edit], edit));
    // The first edits warm the compiler up: an author's second edit is the usual one.
    leaves.splice(0, leaves.length > 20 ? 5 : 2);
    for (let edit = 0; edit < (isQuick ? 3 : Math.max(9, layoutFiles.length)); edit++) {
      layouts.push(await editTime(root, server, layoutFiles[edit % layoutFiles.length], edit));
    }
  } finally {
    await watcher.stop();
    rmSync(out, { recursive: true, force: true });
  }
  const leaf = caseRecord("edit of a leaf, 10,000 templates", new Map([[OURS, leaves]]));
  const layout = caseRecord("edit of a layout, 10,000 templates", new Map([[OURS, layouts]]));
  return {
    cases: [leaf, layout],
    bars: [
      bar("edit of a leaf: median, in ms", leaf.engines[OURS].median, 50),
      bar("edit of a leaf: 95th percentile, in ms", quantile(leaves, 0.95), 120),
      bar("edit of a layout: the slowest, in ms", Math.max(...layouts), 1000),
    ],
  };
}

/** The bundle as a service has it: it looks whether the manifest was replaced and reads it again. */
async function openServer(out) {
  const manifest = join(out, "manifest.json");
  const version = () => statSync(manifest, { bigint: true }).mtimeNs;
  const { runtime } = JSON.parse(readFileSync(manifest, "utf8"));
  const { openSite } = await import(pathToFileURL(join(out, runtime)).href);
  const site = await openSite(out);
  let known = version();
  return {
    site,
    out,
    async refresh() {
      const now = version();
      if (now === known) return false;
      known = now;
      await site.reload();
      return true;
    },
  };
}

/** Changes a template and waits until the server has it; the duration in milliseconds. */
async function editTime(root, server, name, edit) {
  // Editors leave time between two saves.
  await pause(100);
  const begun = performance.now();
  appendFileSync(join(root, name), `<!-- edit ${edit} -->\n`);
  while (!(await server.refresh())) {
    if (performance.now() - begun > LOST) throw new Error(`the edit of ${name} did not reach the bundle`);
    await pause(1);
  }
  const duration = performance.now() - begun;
  const module = readFileSync(join(server.out, server.site.manifest.templates[`/${name}`].module), "utf8");
  if (!module.includes(`edit ${edit} `)) throw new Error(`the new bundle does not have the edit of ${name}`);
  return duration;
}
