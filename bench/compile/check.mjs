// `pubc check` of whole sites with the real command: cold, and again with what the first run kept.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bar, caseRecord, OURS } from "../harness/report.mjs";
import { median } from "../harness/statistics.mjs";
import { pubc, timed, tree } from "./processes.mjs";

export function measureCheck({ isQuick }) {
  const root = tree(10_000);
  const caches = mkdtempSync(join(tmpdir(), "pub-bench-check-"));
  const cold = [];
  const warm = [];
  try {
    for (let round = 0; round < (isQuick ? 1 : 9); round++) {
      const environment = { ...process.env, XDG_CACHE_HOME: join(caches, String(round)) };
      const check = () => timed([pubc, "check", root, "--format", "json"], undefined, environment);
      cold.push(check());
      warm.push(check());
    }
  } finally {
    rmSync(caches, { recursive: true, force: true });
  }
  return {
    cases: [
      caseRecord("check, cold, 10,000 templates", new Map([[OURS, cold]])),
      caseRecord("check, nothing changed, 10,000 templates", new Map([[OURS, warm]])),
    ],
    bars: [
      bar("check, cold, 10,000 templates: in ms", median(cold), 10_000),
      bar("check, nothing changed, 10,000 templates: in ms", median(warm), 1000),
    ],
  };
}
