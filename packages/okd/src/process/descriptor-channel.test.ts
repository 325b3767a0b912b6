// Messages and connections between two processes, also when one of them ends at once.

import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import type net from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { beforeAll, expect, test } from "vitest";
import { temporaryFolder } from "../testing/run-server.js";
import { DescriptorChannel } from "./descriptor-channel.js";
import { handleOf, type StreamHandle } from "./native-handles.js";

let folder: string;

beforeAll(async () => {
  folder = temporaryFolder();
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  const module = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  const contents = `
    import net from "node:net";
    import { DescriptorChannel } from "${module("./descriptor-channel.ts")}";
    import { handleOf } from "${module("./native-handles.ts")}";
    export { net, DescriptorChannel, handleOf };
    const some = new net.Socket({ fd: 4 });
    export const open = (events) => new DescriptorChannel(3, handleOf(some), events);`;
  await build({
    stdin: { contents, resolveDir: folder },
    outfile: join(folder, "channel.js"),
    bundle: true,
    platform: "node",
    format: "esm",
    logLevel: "error",
  });
}, 60_000);

interface Received {
  kind: string;
  payload: string;
  handle: StreamHandle | null;
}

/** Runs a module in a child that has `open(events)`; resolves to what this side received when the child has closed. */
function exchange(source: string, begin: (channel: DescriptorChannel) => void): Promise<Received[]> {
  const script = join(folder, `child-${Math.random()}.js`);
  writeFileSync(script, `import { net, open, handleOf } from "./channel.js";\n${source}`);
  const child = spawn(process.execPath, [script], { stdio: ["ignore", "inherit", "inherit", "pipe", "pipe"] });
  const end = handleOf(child.stdio[3] as unknown as net.Socket);
  end.readStop();
  return new Promise((resolve) => {
    const received: Received[] = [];
    const channel = new DescriptorChannel(end.fd, end, {
      message: (kind, payload, handle) => received.push({ kind, payload: payload.toString("latin1"), handle }),
      closed: () => resolve(received),
    });
    begin(channel);
  });
}

const CONNECT = `
  const server = net.createServer({ pauseOnConnect: true });
  const connection = () => new Promise((resolve) => {
    server.once("connection", resolve);
    net.connect(server.address().port, "127.0.0.1").unref();
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));`;

test("messages of all sizes arrive whole and in order", async () => {
  const received = await exchange(
    `const channel = open({
       message(kind, payload) {
         channel.send(kind, payload.toString("latin1"));
         if (kind === "Z") setTimeout(() => process.exit(), 200);
       },
       closed() {},
     });
     channel.send("R");`,
    (channel) => {
      for (const size of [0, 1, 1000, 300_000]) channel.send("M", "\xff".repeat(size));
      channel.send("Z");
    },
  );
  const sizes = received.map(({ kind, payload }) => `${kind}${payload.length}`);
  expect(sizes).toEqual(["R0", "M0", "M1", "M1000", "M300000", "Z0"]);
});

test("connections that were sent before the other process ended are not lost", async () => {
  const count = 20;
  const received = await exchange(
    `${CONNECT}
     const channel = open({ message() {}, closed() {} });
     let left = ${count};
     for (let n = 0; n < ${count}; n++) {
       channel.send("T", String(n));
       channel.send("C", "bytes " + n, handleOf(await connection()), () => --left === 0 && process.exit());
     }`,
    () => {
      // While this process is busy, everything comes, and then the end.
      const until = Date.now() + 1500;
      while (Date.now() < until);
    },
  );
  const connections = received.filter(({ kind }) => kind === "C");
  expect(connections.map(({ payload }) => payload)).toEqual(Array.from({ length: count }, (_, n) => `bytes ${n}`));
  expect(connections.every(({ handle }) => handle !== null && handle.fd > 0)).toBe(true);
  expect(new Set(connections.map(({ handle }) => handle!.fd)).size).toBe(count);
  expect(received.filter(({ kind, handle }) => kind === "T" && handle === null)).toHaveLength(count);
  for (const { handle } of connections) handle!.close();
});
