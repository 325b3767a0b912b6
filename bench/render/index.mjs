// The rendering group: every case in a process of its own, then escaping and memory.
import { fork } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bar } from "../harness/report.mjs";
import { caseNames } from "./case.mjs";

export const title = "Rendering";

const folder = dirname(fileURLToPath(import.meta.url));

/** Runs the group; `only` restricts it to the cases of those names. */
export async function run({ isQuick, only }) {
  const processes = [
    ...caseNames.map((name) => ({ name, module: "measure-case.mjs", args: [name] })),
    { name: "escape", module: "measure-escape.mjs", args: [] },
    {
      name: "memory",
      module: "measure-memory.mjs",
      args: [],
      flags: ["--min-semi-space-size=256", "--max-semi-space-size=256"],
    },
  ];
  const cases = [];
  const bars = [];
  for (const { name, module, args, flags } of processes) {
    if (only.length > 0 && !only.includes(name)) continue;
    try {
      const result = await inProcess(join(folder, module), [...args, ...(isQuick ? ["--quick"] : [])], flags);
      cases.push(...result.cases);
      bars.push(...result.bars);
    } catch (error) {
      // The process has printed why; the other cases are still worth measuring.
      console.error(error.message);
      bars.push(bar(`${name}: failures`, 1, 0));
    }
  }
  return { cases, bars };
}

/** Runs a module in a process of its own; the result is the message that it sends. */
function inProcess(module, args, flags = []) {
  return new Promise((resolve, reject) => {
    let message;
    const child = fork(module, args, { execArgv: flags });
    child.on("message", (received) => {
      message = received;
    });
    child.on("exit", (code) => {
      if (code === 0 && message !== undefined) resolve(message);
      else reject(new Error(`${module} ${args.join(" ")} ended with ${code}`));
    });
  });
}
