#!/usr/bin/env node
// `npm test`: installs and builds when needed, then checks format, lint and types and runs all tests.
// Arguments are handed to vitest (`npm test -- packages/runtime`). The last line of the output sums up everything.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { alone, installedCommand, root, StepFailed, setUp } from "./setup.mjs";

const total = { passed: 0, failed: 0, skipped: 0 };
const folder = mkdtempSync(join(tmpdir(), "pub-test-"));
try {
  await setUp();
  step("format and lint", "biome", ["check", "--error-on-warnings", "."]);
  await alone(() => step("types", "tsc", ["-b"]));
  runTests();
} catch (error) {
  if (!(error instanceof StepFailed)) throw error;
  console.error(error.message);
  total.failed++;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : "";
console.log(`${total.passed} passed, ${total.failed} failed${skipped}`);
process.exitCode = total.failed > 0 ? 1 : 0;

/** A check that passes or fails as one. */
function step(name, command, args) {
  console.log(`\n== ${name}`);
  const { status } = spawnSync(installedCommand(command), args, { cwd: root, stdio: "inherit" });
  if (status === 0) total.passed++;
  else total.failed++;
}

function runTests() {
  console.log("\n== tests");
  const report = join(folder, "report.json");
  const args = [
    "run",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${report}`,
    ...process.argv.slice(2),
  ];
  const { status } = spawnSync(installedCommand("vitest"), args, { cwd: root, stdio: "inherit" });
  if (!existsSync(report)) {
    total.failed++;
    return;
  }
  const counted = JSON.parse(readFileSync(report, "utf8"));
  // A file that cannot be loaded has no test that could fail: it counts as one.
  const broken = counted.testResults.filter(
    (file) => file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed"),
  ).length;
  const failed = counted.numFailedTests + broken;
  total.passed += counted.numPassedTests;
  total.failed += status !== 0 && failed === 0 ? 1 : failed;
  total.skipped += counted.numPendingTests + counted.numTodoTests;
}
