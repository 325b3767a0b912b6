// The template publisher: new versions of a site reach running services, broken ones do not (server specification §1.11).

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { makeSite } from "../testing/make-site.js";
import { buildPrograms, eventually, request, startServer } from "../testing/run-server.js";

let programs: string;

beforeAll(async () => {
  programs = await buildPrograms();
}, 60_000);

const version = (text: string) => ({ templates: { "/index.html": text, "/slow.html": `!wait 700\n${text}` } });

test("a new version is published without a restart, and a page in flight finishes with the old one", async () => {
  const server = await startServer({ programs, site: version("one") });
  await eventually(() => expect(server.children()["okd-publisher"]).toBeDefined());
  const children = server.children();
  expect((await request(server.port, "/")).body).toBe("one");
  const slow = request(server.port, "/slow.html");
  await new Promise((resolve) => setTimeout(resolve, 200));
  makeSite(server.site, version("two"));
  await eventually(async () => expect((await request(server.port, "/")).body).toBe("two"));
  expect((await slow).body).toBe("one");
  expect(server.output()).toMatch(/\+\+ the site has changed: publishing the new version/);
  expect(server.children()).toEqual(children);
  await server.stop();
});

test("a broken version is refused, the old one goes on, and the next good one is taken", async () => {
  const server = await startServer({ programs, site: version("one") });
  writeFileSync(join(server.site, "manifest.json"), "{ broken");
  await server.printed(/\*\* the changed site is refused, the old one goes on: /);
  expect((await request(server.port, "/")).body).toBe("one");
  makeSite(server.site, version("three"));
  await eventually(async () => expect((await request(server.port, "/")).body).toBe("three"));
  await server.stop();
});

test("a publisher that is killed is replaced", async () => {
  const server = await startServer({ programs, site: version("one") });
  // It starts beside the services and may not have its title yet.
  await eventually(() => process.kill(server.children()["okd-publisher"], "SIGKILL"));
  await server.printed(/template publisher ended with SIGKILL; restarting/);
  await eventually(() => expect(server.children()["okd-publisher"]).toBeDefined());
  await eventually(async () => {
    makeSite(server.site, version("two"));
    expect((await request(server.port, "/")).body).toBe("two");
  });
  await server.stop();
});

test("without TemplatePush a site changes with a relaunch only", async () => {
  const server = await startServer({ programs, site: version("one"), configuration: "TemplatePush 0\n" });
  expect(Object.keys(server.children())).not.toContain("okd-publisher");
  makeSite(server.site, version("two"));
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect((await request(server.port, "/")).body).toBe("one");
  await server.stop();
});
