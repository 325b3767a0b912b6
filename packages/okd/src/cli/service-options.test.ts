// Options of services and of the site that only a running server shows (server specification §2.5, §2.6, §3.10).

import { beforeAll, describe, expect, test } from "vitest";
import { makeSite } from "../testing/make-site.js";
import { buildPrograms, connect, eventually, type RunningServer, request, startServer } from "../testing/run-server.js";

let programs: string;

const ARGUMENTS =
  'export default defineService({ name: "args", handle: (request, response) => response.send(process.argv.slice(2).join(" ")) });';

beforeAll(async () => {
  programs = await buildPrograms();
}, 60_000);

const pages = (text: string) => ({
  templates: { "/index.html": text, "/err/404.html": "none: %{STATUS}", "/err/503.html": "away: %{STATUS}" },
});

describe("one server", () => {
  let server: RunningServer;

  beforeAll(async () => {
    const lines = [
      "JailDir FOLDER",
      "Service static /static",
      "ErrorDoc 404 /err/404.html",
      "ErrorDoc 503 /err/503.html",
      "Service2 /args args.mjs one two",
      "Service bad.mjs /bad",
      "AhttpconZombieWarn 1",
      "AhttpconZombieTimeout 1",
      "PubCaching 0",
      "TemplatePush 0",
    ];
    server = await startServer({
      programs,
      site: pages("one"),
      configuration: lines.join("\n"),
      modules: { "args.mjs": ARGUMENTS, "bad.mjs": "throw new Error('no');" },
    });
  }, 60_000);

  test("Service2 passes its words to the program", async () => {
    expect((await request(server.port, "/args")).body).toBe("one two");
  });

  test.each([
    ["/nobody/serves/this", 404, "none: 404"],
    ["/bad", 503, "away: 503"],
  ])("§3.10 error documents also for %s, which no service gets", async (path, status, body) => {
    expect(await request(server.port, path)).toMatchObject({ status, body });
  });

  test("§6.3 old connections are logged once", async () => {
    const connection = await connect(server.port);
    connection.write("GET /args HTTP/1.1\r\nHost: x\r\n\r\n");
    await server.printed(/\/args \[.*\] \+\+ connection of 127\.0\.0\.1 is open for \d+ s, with 1 requests/);
    connection.socket.destroy();
  });

  test("PubCaching 0: a page that begins is of the newest version", async () => {
    expect((await request(server.port, "/static")).body).toBe("one");
    makeSite(server.site, pages("two"));
    await eventually(async () => expect((await request(server.port, "/static")).body).toBe("two"));
  });
});

test("-s waits for SIGCONT before the service starts", async () => {
  const server = await startServer({
    programs,
    site: pages("one"),
    configuration: "JailDir FOLDER\nLazyStartup 1\nService args.mjs -s /s\n",
    modules: { "args.mjs": ARGUMENTS },
  });
  const answer = request(server.port, "/s");
  const [, pid] = await server.printed(/\/s: process (\d+) waits for SIGCONT/);
  process.kill(Number(pid), "SIGCONT");
  expect((await answer).status).toBe(200);
  await server.stop();
});
