// A fuzzing campaign: makes inputs by number, has child processes run them under a watchdog, classifies what went wrong
// and makes the inputs of findings smaller.
import { fork } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadPrograms } from "./corpus.mjs";
import { limitRounds } from "./limit-rounds.mjs";
import { createRandom, mutate } from "./mutate.mjs";

const child = join(dirname(fileURLToPath(import.meta.url)), "child.mjs");

/** Milliseconds after which an input counts as hanging. */
const patience = 20_000;
/** Heap of a child in megabytes: who needs more has lost control. */
const heap = 1024;
/** Tries at most to make an input smaller; fewer when each takes the whole patience. */
const tries = { quick: 400, hanging: 12 };

/**
 * @typedef {{problem?: string, detail?: string, parseMs?: number, accepted?: boolean, waits?: boolean}} Outcome
 * @typedef {{number: number, id: string, main: string, files: Record<string, string>}} Input
 * @typedef {Input & {problem: string, detail: string}} Finding
 * @typedef {object} Report
 * @property {number} count inputs that were run
 * @property {number} accepted inputs without parse errors
 * @property {number} waiting pages that were still waiting when their time was up
 * @property {number} endless pages that loop or grow without end by themselves
 * @property {number} longestParse milliseconds
 * @property {Finding[]} findings one of each kind, as small as it got
 */

/**
 * Runs inputs until their number or the time is up.
 * @param {{count: number, seed: number, deadline?: number, first?: number, progress?: (report: Report) => void,
 *   found?: (finding: Finding) => void}} options
 * @returns {Promise<Report>}
 */
export async function runCampaign({ count, seed, deadline = Number.POSITIVE_INFINITY, first = 0, progress, found }) {
  const programs = loadPrograms();
  const runner = new Runner();
  /** @type {Report} */
  const report = { count: 0, accepted: 0, waiting: 0, endless: 0, longestParse: 0, findings: [] };
  const known = new Set();
  try {
    for (let number = first; number < first + count && Date.now() < deadline; number++) {
      const input = makeInput(programs, seed, number);
      const outcome = await judge(runner, input);
      report.count++;
      if (outcome.accepted) report.accepted++;
      if (outcome.waits) report.waiting++;
      if (outcome.endless) report.endless++;
      report.longestParse = Math.max(report.longestParse, outcome.parseMs ?? 0);
      if (outcome.problem && !known.has(outcome.problem)) {
        known.add(outcome.problem);
        const finding = await minimize(runner, input, outcome);
        report.findings.push(finding);
        found?.(finding);
      }
      if (report.count % 1000 === 0) progress?.(report);
    }
  } finally {
    runner.stop();
  }
  return report;
}

/** Input `number` of a campaign, which depends on nothing else but the seed and the corpus. @returns {Input} */
export function makeInput(programs, seed, number) {
  const random = createRandom(Math.imul(seed, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b));
  const program = programs[Math.floor(random() * programs.length)];
  const other = programs[Math.floor(random() * programs.length)];
  const names = Object.keys(program.files);
  const victim = random() < 0.8 ? program.main : names[Math.floor(random() * names.length)];
  const text = mutate(program.files[victim], random, other.files[other.main]);
  return { number, id: program.id, main: program.main, files: { ...program.files, [victim]: text } };
}

/**
 * Runs an input; a page that hangs or grows is run again with counted rounds, to tell whose fault it is.
 * @returns {Promise<Outcome & {endless?: boolean}>}
 */
async function judge(runner, input) {
  const outcome = await runner.run(input);
  if (!outcome.dies || outcome.stage !== "renders") return outcome;
  const limited = await runner.run({ ...input, files: limitRounds(input.files, input.main) });
  return limited.dies ? outcome : { accepted: true, endless: true };
}

/** @returns {Promise<Finding>} with the files as short as the same problem allows */
async function minimize(runner, input, outcome) {
  let best = { files: input.files, detail: outcome.detail };
  let left = outcome.dies ? tries.hanging : tries.quick;
  const attempt = async (files) => {
    if (left-- <= 0) return false;
    const result = await judge(runner, { ...input, files });
    if (result.problem !== outcome.problem) return false;
    best = { files, detail: result.detail };
    return true;
  };
  for (const name of Object.keys(input.files)) {
    if (name === input.main) continue;
    const { [name]: _, ...rest } = best.files;
    await attempt(rest);
  }
  for (const name of Object.keys(best.files)) {
    for (let size = best.files[name].length >> 1; size >= 1 && left > 0; size >>= 1) {
      for (let at = 0; at < best.files[name].length && left > 0; ) {
        const text = best.files[name];
        if (!(await attempt({ ...best.files, [name]: text.slice(0, at) + text.slice(at + size) }))) at += size;
      }
    }
  }
  return { ...input, ...best, problem: outcome.problem };
}

/** Runs inputs one by one in a child process, and starts another one when it is lost. */
class Runner {
  process = null;

  /** @returns {Promise<Outcome & {dies?: boolean, stage?: string}>} */
  async run({ files, main }) {
    this.process ??= await this.start();
    const { process } = this;
    return new Promise((resolve) => {
      let stage = "parses";
      let errors = "";
      const end = (outcome) => {
        clearTimeout(watchdog);
        process.removeAllListeners("message");
        process.removeAllListeners("exit");
        process.stderr.removeAllListeners("data");
        resolve(outcome);
      };
      const lost = (how) => {
        this.process = null;
        process.kill("SIGKILL");
        end({ problem: `${stage}: ${how}`, detail: errors.slice(0, 2000), dies: true, stage });
      };
      const watchdog = setTimeout(() => lost("hangs"), patience);
      process.on("exit", () =>
        lost(/heap out of memory|invalid size error/.test(errors) ? "out of memory" : "process dies"),
      );
      process.stderr.on("data", (text) => {
        errors += text;
      });
      process.on("message", (message) => {
        stage = message.stage;
        if (stage === "done") end(message);
      });
      process.send({ files, main });
    });
  }

  start() {
    const process = fork(child, {
      execArgv: [`--max-old-space-size=${heap}`],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      env: { ...globalThis.process.env, TZ: "UTC", LANG: "en_US.UTF-8", NODE_OPTIONS: "" },
    });
    process.stderr.setEncoding("utf8");
    return new Promise((resolve, reject) => {
      process.once("error", reject);
      process.once("exit", (code) => reject(new Error(`the child process ended with ${code}`)));
      process.once("message", () => {
        process.removeAllListeners("exit");
        process.removeAllListeners("error");
        resolve(process);
      });
    });
  }

  stop() {
    this.process?.removeAllListeners("exit");
    this.process?.kill("SIGKILL");
    this.process = null;
  }
}
