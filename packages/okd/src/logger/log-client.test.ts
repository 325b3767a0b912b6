// What a process that was taken over can write into the logs.

import type { Socket } from "node:net";
import { Duplex } from "node:stream";
import { describe, expect, test } from "vitest";
import { LogClient } from "./log-client.js";

function client() {
  const stream = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
  const received: [string, string][] = [];
  let dropped = 0;
  const log = new LogClient(
    stream as Socket,
    {
      lines: (mark, text) => {
        received.push([mark, text]);
      },
      dropped: (bytes) => {
        dropped += bytes;
      },
      closed: () => {},
    },
    () => 5000,
  );
  const send = async (text: string) => {
    stream.push(Buffer.from(text, "latin1"));
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { stream, log, send, received, dropped: () => dropped };
}

describe("entries", () => {
  test.each<[string, string[], [string, string][]]>([
    ["one line", ["aone\n"], [["a", "one\n"]]],
    [
      "lines for several files",
      ["aone\netwo\nathree\n"],
      [
        ["a", "one\nthree\n"],
        ["e", "two\n"],
      ],
    ],
    ["a line in pieces", ["ao", "ne", "\n"], [["a", "one\n"]]],
    ["an unfinished line", ["aone"], []],
    ["empty lines", ["\n\naone\n\n"], [["a", "one\n"]]],
    ["control characters", ["aone\r127.0.0.1 forged\x1b[2J\x00\n"], [["a", "one\\x0d127.0.0.1 forged\\x1b[2J\\x00\n"]]],
    ["bytes above 127", ["acaf\xe9\n"], [["a", "caf\xe9\n"]]],
  ])("%s", async (_name, pieces, expected) => {
    const { send, received } = client();
    for (const piece of pieces) await send(piece);
    expect(received).toEqual(expected);
  });
});

test("an endless entry is cut, and the next one is whole", async () => {
  const { send, received } = client();
  for (let index = 0; index < 100; index++) await send(index === 0 ? `a${"x".repeat(9999)}` : "x".repeat(10_000));
  await send("\naone\n");
  const text = received.map(([, lines]) => lines).join("");
  expect(text.length).toBeLessThan(80_000);
  expect(text).toMatch(/^x+\none\n$/);
});

test("a flood is dropped and counted", async () => {
  const { send, received, stream, dropped } = client();
  const piece = `a${"x".repeat(999)}\n`.repeat(1000);
  for (let index = 0; index < 60; index++) await send(piece);
  stream.destroy();
  await new Promise((resolve) => stream.once("close", resolve));
  const written = received.reduce((sum, [, text]) => sum + text.length, 0);
  expect(written).toBeLessThanOrEqual(34 * 1024 * 1024);
  expect(dropped()).toBeGreaterThan(0);
});
