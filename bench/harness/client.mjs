// The load: `wrk` where it is installed, as it takes little of the processor from the server, else autocannon.
import { spawn, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import autocannon from "autocannon";

const hasWrk = spawnSync("wrk", ["--version"]).error === undefined;
const inTurn = fileURLToPath(new URL("in-turn.lua", import.meta.url));
export const clientName = hasWrk ? "wrk" : "autocannon";

/**
 * Sends requests to one address for a time. With `isClosing` each request has a connection of its own; with `paths` the
 * requests of a connection go to these in turn.
 *
 * @param {{ url: string, connections: number, seconds: number, isClosing?: boolean, paths?: string[] }} load
 * @returns {Promise<{ requests: number, perSecond: number, p50: number, p99: number }>} latencies in milliseconds
 */
export async function measureLoad({ url, connections, seconds, isClosing = false, paths = [] }) {
  if (!hasWrk) {
    const { requests, latency, non2xx, errors } = await autocannon({
      url,
      connections,
      duration: seconds,
      // Makes autocannon connect again after each answer, and say so in the request.
      ...(isClosing ? { reconnectRate: 1, headers: { connection: "close" } } : {}),
      ...(paths.length > 0 ? { requests: paths.map((path) => ({ path })) } : {}),
    });
    if (non2xx + errors > 0) throw new Error(`${url}: ${non2xx} wrong answers, ${errors} errors`);
    return { requests: requests.total, perSecond: requests.average, p50: latency.p50, p99: latency.p99 };
  }
  const options = [...(isClosing ? ["-H", "Connection: close"] : []), ...(paths.length > 0 ? ["-s", inTurn] : [])];
  const load = ["-t1", `-c${connections}`, `-d${seconds}s`, "--latency", ...options, url];
  const output = await outputOf("wrk", paths.length > 0 ? [...load, "--", ...paths] : load);
  if (/Non-2xx|Socket errors/.test(output)) throw new Error(`${url}: ${output}`);
  const latency = (share) => milliseconds(new RegExp(`^ +${share}% +(\\S+)`, "m").exec(output)[1]);
  const requests = Number(/(\d+) requests in/.exec(output)[1]);
  return {
    requests,
    perSecond: Number(/Requests\/sec: +([\d.]+)/.exec(output)[1]),
    p50: latency(50),
    p99: latency(99),
  };
}

function outputOf(command, args) {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => (code === 0 ? resolve(output) : reject(new Error(`${command} ended with ${code}`))));
  });
}

function milliseconds(text) {
  const [, number, unit] = /^([\d.]+)(us|ms|s)$/.exec(text);
  return Number(number) * { us: 0.001, ms: 1, s: 1000 }[unit];
}
