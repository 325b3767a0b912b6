// The launcher survives whatever a child writes to its channel.

import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../testing/run-server.js";
import { guardChannel } from "./channel-guard.js";

/** What the guard says of a child that runs `program`, and the messages that passed. */
async function talk(
  program: string,
): Promise<{ suspicion: string | null; messages: unknown[]; signal: string | null }> {
  const script = join(temporaryFolder(), "child.mjs");
  writeFileSync(script, `import fs from "node:fs"; import net from "node:net";\n${program}`);
  const child = spawn(process.execPath, [script], {
    stdio: ["ignore", "ignore", "ignore", "ipc"],
    serialization: "advanced",
  });
  let suspicion: string | null = null;
  guardChannel(child, (what) => {
    suspicion = what;
  });
  const messages: unknown[] = [];
  child.on("message", (message: { crash?: { really: boolean } }) => {
    messages.push(message);
    if ("crash" in message) void message.crash!.really.valueOf();
  });
  const signal = await new Promise<string | null>((resolve) => child.once("exit", (_code, name) => resolve(name)));
  return { suspicion, messages, signal };
}

const STAY = "setInterval(() => {}, 1000);";

test("messages pass", async () => {
  const { suspicion, messages, signal } = await talk(
    "process.send({ type: 'a' }); process.send({ type: 'b' }, undefined, undefined, () => process.exit(0));",
  );
  expect(messages).toEqual([{ type: "a" }, { type: "b" }]);
  expect([suspicion, signal]).toEqual([null, null]);
});

describe("a child is ended for", () => {
  test.each([
    ["null", "process.send(null);", /no type/],
    ["a text", "process.send('ready');", /no type/],
    ["an object without type", "process.send({ typ: 1 });", /no type/],
    ["a message that breaks its reader", "process.send({ type: 'x', crash: null });", /malformed/],
    ["a forged message of Node", "process.send({ cmd: 'NODE_HANDLE', type: 'none', msg: 1 });", /Node's own/],
    [
      "a socket",
      "const s = net.createServer().listen(0, () => process.send({ type: 'x' }, s));",
      /Node's own|descriptor/,
    ],
    ["bytes that are no message", "fs.writeSync(3, Buffer.from([0, 0, 0, 4, 1, 2, 3, 4]));", /no message/],
    [
      "a message without end",
      "fs.writeSync(3, Buffer.from([0x7f, 0xff, 0xff, 0xff])); const b = Buffer.alloc(65536, 120); for (;;) try { fs.writeSync(3, b); } catch {}",
      /without end/,
    ],
  ])("%s", async (_name, program, suspicion) => {
    const result = await talk(`${program}\n${STAY}`);
    expect(result.suspicion).toMatch(suspicion);
    expect(result.signal).toBe("SIGKILL");
  });
});
