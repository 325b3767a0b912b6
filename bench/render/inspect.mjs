// Looking into a case: the code that the compiler generates for its page, and where the time of a render goes.
import { Session } from "node:inspector/promises";
import { OURS } from "../harness/report.mjs";
import { loadCase } from "./case.mjs";

/** Prints the generated module of a case's page, or of another file of the same site. */
export async function printCode(name, file) {
  const { page, definition } = await loadCase(name);
  const template = page.source.find(file ?? definition.page ?? "page.pub");
  if (template === null) throw new Error(`there is no file ${file}`);
  console.log(template.code);
}

/** Renders a case for three seconds under the profiler and prints the functions that took most of the time. */
export async function printProfile(name, engine = OURS) {
  const { contestants } = await loadCase(name);
  const contestant = contestants.find((candidate) => candidate.name === engine);
  if (contestant === undefined) throw new Error(`${name} is not rendered by ${engine}`);
  const renderFor = (milliseconds) => {
    const end = performance.now() + milliseconds;
    for (let index = 0; performance.now() < end; index++) contestant.run(index);
  };
  renderFor(500);
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.setSamplingInterval", { interval: 200 });
  await session.post("Profiler.start");
  renderFor(3000);
  const { profile } = await session.post("Profiler.stop");
  session.disconnect();
  for (const [place, share] of ownTimes(profile).slice(0, 25)) {
    console.log(`${(share * 100).toFixed(1).padStart(5)} %  ${place}`);
  }
}

/** The share of all samples that fell into each function itself, largest first. */
function ownTimes({ nodes }) {
  const samples = new Map();
  let total = 0;
  for (const { callFrame, hitCount } of nodes) {
    const file = callFrame.url.slice(callFrame.url.lastIndexOf("/") + 1);
    const place = `${callFrame.functionName || "(anonymous)"}  ${file}:${callFrame.lineNumber + 1}`;
    samples.set(place, (samples.get(place) ?? 0) + hitCount);
    total += hitCount;
  }
  return [...samples].map(([place, count]) => [place, count / total]).sort(([, a], [, b]) => b - a);
}
