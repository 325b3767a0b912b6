// The members area with a real MariaDB and a real Redis: first in Chromium as a visitor sees it, then request by request.
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConnection } from "mysql2/promise";
import type { Browser } from "playwright-core";
import { createTestService, type TestService } from "pub-runtime/service";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { members } from "../../examples/members/members.js";
import { missingPackages, startServers } from "../../examples/members/servers.mjs";
import { pubc, root } from "../command.js";
import {
  executablePath,
  launchBrowser,
  type ServedExample,
  startExample,
  takePicture,
  titleOf,
  visit,
} from "./browser.js";

const missing = missingPackages();
const missingForBrowser = [...missing, ...(executablePath === undefined ? ["chromium"] : [])];

/** A picture of one red point. */
const PICTURE = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC",
  "base64",
);

describe.skipIf(missingForBrowser.length > 0)(titleOf("the members area in Chromium", missingForBrowser), () => {
  let example: ServedExample;
  let browser: Browser;

  beforeAll(async () => {
    [example, browser] = await Promise.all([startExample("members"), launchBrowser()]);
  });
  afterAll(async () => {
    await browser?.close();
    await example?.stop();
  });

  test("somebody registers, shows a picture, leaves, goes back, fails to log in and logs in", async () => {
    const { page, context, complaints } = await visit(browser);
    const heading = () => page.locator("h1").textContent();
    // Until its back ends are there the area answers 503.
    await expect
      .poll(async () => (await page.goto(example.address))?.status(), { timeout: 20_000, interval: 300 })
      .toBe(200);
    complaints.splice(0);
    expect(new URL(page.url()).pathname).toBe("/members/login");
    await page.click("text=Register");

    // A mistake costs nothing that was written.
    await page.fill("#name", "Zoë <b>");
    await page.fill("#mail", "zoe@example.org");
    await page.fill("#password", "short");
    await page.click("button");
    expect(await page.locator(".problem").allTextContents()).toEqual(["At least 10 characters."]);
    expect(await page.inputValue("#name")).toBe("Zoë <b>");
    await takePicture(page, "members-problem");
    await page.fill("#password", "correct horse battery");
    await page.click("button");
    expect([await heading(), await page.locator(".notice").textContent()]).toEqual([
      "Your profile",
      "Welcome, Zoë <b>!",
    ]);
    const [cookie] = await context.cookies();
    expect(cookie).toMatchObject({ name: "session", httpOnly: true, sameSite: "Lax" });

    await page.fill("#about", "I row\nnumber two.");
    await page.click("text=Save");
    expect(await page.locator(".notice").textContent()).toBe("Your profile is saved.");
    expect(await page.inputValue("#about")).toBe("I row\nnumber two.");
    await page.setInputFiles("#picture", { name: "me.png", mimeType: "image/png", buffer: PICTURE });
    await page.click("text=Upload");
    const picture = page.locator("img.picture");
    expect(await picture.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth)).toBe(1);
    await takePicture(page, "members-profile");

    await page.click("header nav >> text=Members");
    expect(await page.locator(".members h2").allTextContents()).toEqual(["Zoë <b>"]);
    await takePicture(page, "members-list");
    await page.click("text=Log out");
    expect(await heading()).toBe("Log in");
    // Nothing of the members is left in the browser.
    await page.goBack();
    expect(await heading()).toBe("Log in");

    complaints.splice(0);
    await page.fill("#mail", "zoe@example.org");
    await page.fill("#password", "wrong horse battery");
    await page.click("button");
    expect(await page.locator(".problem").allTextContents()).toEqual(["Address and password do not belong together."]);
    // The browser notes the status 422; nothing else.
    expect(complaints.filter((text) => !text.includes("422"))).toEqual([]);
    await page.fill("#password", "correct horse battery");
    await page.click("button");
    expect(await heading()).toBe("Members");
    await page.reload();
    expect(await page.locator(".notice").count()).toBe(0);
    await page.goto(new URL("/members/nothing", example.address).href);
    expect(await heading()).toBe("Not found");
    await takePicture(page, "members-missing");
    await context.close();
    expect(example.log.filter((line) => /\[eval\]|Error:/.test(line))).toEqual([]);
  });
});

describe.skipIf(missing.length > 0)(titleOf("the members area, request by request", missing), () => {
  const scratch = mkdtempSync(join(tmpdir(), "pub-members-"));
  const data = join(scratch, "data");
  let servers: Awaited<ReturnType<typeof startServers>>;
  let service: TestService;

  beforeAll(async () => {
    const site = join(scratch, "dist");
    const [started, compiled] = await Promise.all([
      startServers(data),
      pubc(["compile", join(root, "examples/members/site"), "-o", site]),
    ]);
    servers = started;
    expect([compiled.code, compiled.stderr]).toEqual([0, ""]);
    const area = members(() => ({
      database: { socketPath: join(data, "sockets/mariadb.sock"), user: "members", database: "members" },
      redis: { socket: { path: join(data, "sockets/redis.sock"), tls: false } },
      avatars: join(data, "avatars"),
    }));
    const errorDocuments = [403, 404, 413, 429, 503].map((status) => ({ status, template: "/err/error.html" }));
    service = await createTestService(area, { site, settings: { errorDocuments, trustedProxies: ["127.0.0.1"] } });
  });
  afterAll(async () => {
    await service?.close();
    await servers?.stop();
    rmSync(scratch, { recursive: true, force: true });
  });

  /** A client with a cookie jar of one cookie. */
  function client(headers: Record<string, string> = {}) {
    let cookie = "";
    const send = async (path: string, init: RequestInit = {}) => {
      const answer = await service.fetch(path, {
        ...init,
        headers: { ...headers, ...(cookie && { cookie }), ...init.headers },
      });
      const set = answer.headers.getSetCookie()[0];
      if (set !== undefined) cookie = set.split(";")[0];
      return { status: answer.status, location: answer.headers.get("location"), set, text: await answer.text() };
    };
    const token = async (path = "/members/login") =>
      /name="token" value="([^"]+)"/.exec((await send(path)).text)?.[1] ?? "";
    const post = async (path: string, fields: Record<string, string>, page?: string) =>
      send(path, { method: "POST", body: new URLSearchParams({ token: await token(page), ...fields }) });
    const register = (mail: string, name = "Ann") =>
      post("/members/register", { mail, name, password: "correct horse" }, "/members/register");
    return { send, token, post, register, cookie: () => cookie };
  }

  test("an account can be made once, under an address in any case", async () => {
    expect(await client().register("Ann@Example.org ")).toMatchObject({ status: 303, location: "/members/profile" });
    const again = await client().register("ann@example.org");
    expect(again.status).toBe(422);
    expect(again.text).toContain("There is an account with this address.");
  });

  test("what members write is text, in pages and in the data base", async () => {
    const visitor = client();
    await visitor.register("bob@example.org", "'; DROP TABLE member; -- <script>");
    expect((await visitor.send("/members")).text).toContain("&#39;; DROP TABLE member; -- &lt;script&gt;");
  });

  test("passwords are not kept", async () => {
    await client().register("cleo@example.org");
    const connection = await createConnection({
      socketPath: join(data, "sockets/mariadb.sock"),
      user: "members",
      database: "members",
    });
    const [rows] = await connection.query("SELECT password FROM member WHERE mail = 'cleo@example.org'");
    await connection.end();
    expect(rows).toEqual([{ password: expect.stringMatching(/^scrypt\$15\$8\$1\$[\w+/]{22}==\$[\w+/]{43}=$/) }]);
  });

  test.each([
    ["/members/login", { mail: "ann@example.org", password: "correct horse" }],
    ["/members/logout", {}],
    ["/members/profile", { name: "Eve", about: "" }],
  ])("a form without the token of the session is refused: %s", async (path, fields) => {
    const visitor = client();
    await visitor.register(`${path.slice(9)}@example.org`);
    for (const token of ["", await client().token()]) {
      expect((await visitor.post(path, { ...fields, token }, "/members/profile")).status).toBe(403);
    }
  });

  test("logging in gives another session, over TLS with a cookie that nobody else can set", async () => {
    const visitor = client({ "x-forwarded-proto": "https", "x-forwarded-for": "10.1.1.1" });
    await visitor.register("dan@example.org");
    const before = visitor.cookie();
    await visitor.post("/members/logout", {}, "/members/profile");
    await visitor.send("/members/login");
    const visitorCookie = visitor.cookie();
    const login = await visitor.post("/members/login", { mail: "dan@example.org", password: "correct horse" });
    expect(login).toMatchObject({ status: 303, location: "/members" });
    expect(login.set).toMatch(/^__Host-session=[\w-]{43}; Expires=.*; Path=\/; Secure; HttpOnly; SameSite=Lax$/);
    expect(new Set([before, visitorCookie, visitor.cookie()]).size).toBe(3);
    // The former session is worth nothing.
    expect(
      (await service.fetch("/members/profile", { headers: { cookie: before, "x-forwarded-proto": "https" } })).status,
    ).toBe(303);
  });

  test("ten wrong passwords are enough", async () => {
    await client().register("eve@example.org");
    const visitor = client({ "x-forwarded-for": "10.2.2.2" });
    const attempt = (password: string) => visitor.post("/members/login", { mail: "eve@example.org", password });
    for (let count = 0; count < 10; count++) expect((await attempt("wrong")).status).toBe(422);
    const refused = await attempt("correct horse");
    expect([refused.status, refused.text.includes("Too many attempts")]).toEqual([429, true]);
  });

  test("only pictures are taken, only members see them, and an old one goes", async () => {
    const visitor = client();
    await visitor.register("fay@example.org");
    const upload = async (content: Uint8Array, name = "a.png") => {
      const body = new FormData();
      body.append("token", await visitor.token("/members/profile"));
      body.append("picture", new File([new Uint8Array(content)], name, { type: "image/png" }));
      return visitor.send("/members/picture", { method: "POST", body });
    };
    const picture = async () => /\/members\/picture\/[\w.-]+/.exec((await visitor.send("/members/profile")).text)?.[0];
    expect((await upload(Buffer.from("<svg onload=alert(1)>"))).status).toBe(422);
    expect((await upload(Buffer.alloc(600_000))).status).toBe(413);
    expect(readdirSync(join(data, "avatars"))).toEqual([]);
    expect((await upload(PICTURE)).status).toBe(303);
    const first = (await picture()) ?? "";
    const shown = await service.fetch(first, { headers: { cookie: visitor.cookie() } });
    expect([shown.headers.get("content-type"), Buffer.from(await shown.arrayBuffer())]).toEqual(["image/png", PICTURE]);
    expect((await client().send(first)).status).toBe(403);
    await upload(PICTURE);
    expect(await picture()).not.toBe(first);
    expect(readdirSync(join(data, "avatars"))).toHaveLength(1);
  });

  test.each(["redis", "database"] as const)(
    "S6 without its %s the area says so, and goes on when it is back",
    async (name) => {
      const visitor = client();
      await visitor.register(`${name}@example.org`);
      await servers[name].stop();
      await expect.poll(async () => (await visitor.send("/members")).status, { timeout: 10_000 }).toBe(503);
      const answer = await service.fetch("/members", { headers: { cookie: visitor.cookie() } });
      expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "4"]);
      expect(await answer.text()).toContain("Back in a moment");
      await servers[name].start();
      await expect.poll(async () => (await visitor.send("/members/login")).status, { timeout: 20_000 }).not.toBe(503);
      // Redis keeps nothing over its end: sessions are lost, accounts are not.
      const again = client({ "x-forwarded-for": "10.3.3.3" });
      const login = await again.post("/members/login", { mail: `${name}@example.org`, password: "correct horse" });
      expect(login.status).toBe(303);
    },
  );
});
