// How long the command takes to start, against a Node process that does nothing.
import { bar, caseRecord, OURS } from "../harness/report.mjs";
import { median } from "../harness/statistics.mjs";
import { oneLineFile, pubc, timed } from "./processes.mjs";

export function measureStart({ isQuick }) {
  const file = oneLineFile();
  const commands = {
    "pubc --version": { args: [pubc, "--version"], limit: 60 },
    "pubc render of one line": { args: [pubc, "render", file], limit: 120 },
  };
  const rounds = isQuick ? 5 : 15;
  const cases = [];
  const bars = [];
  for (const [name, { args, limit }] of Object.entries(commands)) {
    const samples = new Map([
      [OURS, []],
      ["node -e 0", []],
    ]);
    for (let round = 0; round < rounds; round++) {
      samples.get(OURS).push(timed(args));
      samples.get("node -e 0").push(timed(["-e", "0"]));
    }
    const differences = samples.get(OURS).map((duration, round) => duration - samples.get("node -e 0")[round]);
    cases.push(caseRecord(name, samples));
    bars.push(bar(`${name}: over bare Node, in ms`, median(differences), limit));
  }
  return { cases, bars };
}
