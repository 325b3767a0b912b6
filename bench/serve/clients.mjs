// Clients that count failures, as a process of its own: kept connections and new ones. Usage: node clients.mjs URL
// Ends when its standard input ends, and prints what it counted as JSON.
import { Agent, get } from "node:http";

const url = process.argv[2];
const agent = new Agent({ keepAlive: true });
const counted = { answered: 0, failed: 0, failures: [] };
let isRunning = true;

process.stdin.resume().on("end", () => {
  isRunning = false;
});
console.log("running");
await Promise.all([true, true, true, true, true, true, false, false].map(client));
agent.destroy();
console.log(JSON.stringify(counted));

async function client(isKept) {
  while (isRunning) {
    const problem = await request(isKept ? { agent } : { agent: false });
    if (problem === undefined) counted.answered++;
    else {
      counted.failed++;
      if (counted.failures.length < 10) counted.failures.push(problem);
    }
  }
}

/** Resolves to what went wrong. A request without an answer in ten seconds has failed too. */
function request(options) {
  return new Promise((resolve) => {
    const sent = get(url, { ...options, timeout: 10_000 }, (response) => {
      let length = 0;
      response.on("data", (chunk) => {
        length += chunk.length;
      });
      response.on("error", (error) => resolve(error.message));
      response.on("end", () => {
        if (response.statusCode !== 200) resolve(`status ${response.statusCode}`);
        else resolve(length === 1024 ? undefined : `${length} bytes`);
      });
    });
    sent.on("timeout", () => sent.destroy(new Error("no answer")));
    sent.on("error", (error) => resolve(error.message));
  });
}
