// A service cannot invent where a connection comes from.

import net from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { handleOf, type StreamHandle } from "../process/native-handles.js";
import { OriginSeal } from "./origin-seal.js";

const server = net.createServer();
const sockets: net.Socket[] = [];
let handles: StreamHandle[];

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  for (let index = 0; index < 2; index++) {
    const socket = net.connect((server.address() as net.AddressInfo).port, "127.0.0.1");
    await new Promise((resolve) => socket.once("connect", resolve));
    sockets.push(socket);
  }
  handles = sockets.map(handleOf);
});
afterAll(() => {
  for (const socket of sockets) socket.destroy();
  server.close();
});

const origin = { clientAddress: "10.1.2.3", clientPort: 5, cipher: "C--256--TLSv1.3", ordinal: 0 };

test("what was said is genuine", () => {
  const seal = new OriginSeal();
  expect(seal.isGenuine(seal.of(handles[0], 443, origin), handles[0], 443, origin)).toBe(true);
});

describe("not genuine", () => {
  test.each<[string, (seal: OriginSeal, text: string) => boolean]>([
    ["for another socket", (seal, text) => seal.isGenuine(text, handles[1], 443, origin)],
    ["on another port", (seal, text) => seal.isGenuine(text, handles[0], 80, origin)],
    [
      "another address",
      (seal, text) => seal.isGenuine(text, handles[0], 443, { ...origin, clientAddress: "10.9.9.9" }),
    ],
    ["without TLS", (seal, text) => seal.isGenuine(text, handles[0], 443, { ...origin, cipher: "" })],
    ["another dispatcher's", (_seal, text) => new OriginSeal().isGenuine(text, handles[0], 443, origin)],
    ["invented", (seal) => seal.isGenuine("x", handles[0], 443, origin)],
    ["missing", (seal) => seal.isGenuine("", handles[0], 443, origin)],
  ])("%s", (_name, check) => {
    const seal = new OriginSeal();
    expect(check(seal, seal.of(handles[0], 443, origin))).toBe(false);
  });
});
