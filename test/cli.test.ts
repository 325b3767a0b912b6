// The command `pubc` as people and programs use it: help, exit codes, diagnostics, what lands in `dist/`.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pubc } from "./command.js";

const scratch = mkdtempSync(join(tmpdir(), "pub-cli-"));
const site = join(scratch, "site");

const files: Record<string, string> = {
  "index.html": '{% include("parts/head.html", {title : "Home"}); %}<p>%{name}</p>\n',
  "parts/head.html": "<h1>%{title}</h1>\n",
  "style.css": "p { color: red }\n",
  "settings.conf": '{% Port = 8080; Hosts = ["a", "b"]; %}',
};

beforeAll(() => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(site, name)), { recursive: true });
    writeFileSync(join(site, name), text);
  }
  mkdirSync(join(scratch, "broken"));
  writeFileSync(join(scratch, "broken", "page.html"), "a\n{% x = (1; %}\nb\n{% if 2 { } %}\n");
});

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe("usage", () => {
  test.each([
    { args: ["--help"], code: 0, out: /^pubc - .*\n[\s\S]*compile[\s\S]*render[\s\S]*check/ },
    { args: ["--version"], code: 0, out: /^pubc \d+\.\d+\.\d+\n$/ },
    { args: ["compile", "--help"], code: 0, out: /pubc compile/ },
    { args: ["render", "--help"], code: 0, out: /--root/ },
    { args: [], code: 2, out: /Usage/ },
  ])("pubc $args", async ({ args, code, out }) => {
    const outcome = await pubc(args);
    expect(outcome.stdout).toMatch(out);
    expect(outcome.code).toBe(code);
  });

  test.each([
    { args: ["frobnicate"], complaint: /unknown command "frobnicate"/ },
    { args: ["render"], complaint: /exactly one file/ },
    { args: ["render", "--frob", "x"], complaint: /--frob/ },
    { args: ["render", "x.html", "--dict-order", "random"], complaint: /--dict-order must be one of/ },
    { args: ["render", "x.html", "-D", "name=oops"], complaint: /name/ },
  ])("mistaken: pubc $args", async ({ args, complaint }) => {
    const outcome = await pubc(args);
    expect(outcome.stderr).toMatch(complaint);
    expect(outcome.stderr).not.toContain("    at ");
    expect(outcome.code).toBe(2);
  });
});

describe("render", () => {
  test("prints the page with the given variables", async () => {
    const outcome = await pubc(["render", join(site, "index.html"), "-D", 'name="Ann"']);
    expect(outcome).toEqual({ code: 0, stdout: "<h1>Home</h1>\n<p>Ann</p>\n", stderr: "" });
  });

  test("takes variables from a file", async () => {
    const data = join(scratch, "data.json");
    writeFileSync(data, JSON.stringify({ name: ["a", { b: 1 }] }));
    const { stdout } = await pubc(["render", join(site, "index.html"), "--data", data]);
    expect(stdout).toBe('<h1>Home</h1>\n<p>["a", {"b" : 1}]</p>\n');
  });

  test("a missing file is an error", async () => {
    const outcome = await pubc(["render", join(site, "nothing.html")]);
    expect(outcome.code).toBe(1);
    expect(outcome.stdout).toBe("");
    expect(outcome.stderr).toContain("nothing.html: file not found");
  });

  test("run-time errors are logged and do not change the exit code", async () => {
    writeFileSync(join(scratch, "error.html"), "a\n%{1 / 0}b\n");
    const outcome = await pubc(["render", join(scratch, "error.html")]);
    expect(outcome).toEqual({ code: 0, stdout: "a\nb\n", stderr: "pub[eval]: error.html:2: division by zero\n" });
  });

  test("a seed makes chance repeatable", async () => {
    writeFileSync(join(scratch, "chance.html"), "%{rand(1000000)} %{shuffle(range(20))}");
    const [one, two, other] = await Promise.all(
      ["7", "7", "8"].map((seed) => pubc(["render", join(scratch, "chance.html"), "--seed", seed])),
    );
    expect(two.stdout).toBe(one.stdout);
    expect(other.stdout).not.toBe(one.stdout);
  });

  test("errors can be shown in the page", async () => {
    const { stdout } = await pubc(["render", join(scratch, "error.html"), "--errors", "in-place"]);
    expect(stdout).toContain('<font color="red">');
    expect(stdout).toContain("division by zero");
  });
});

describe("check", () => {
  test("a sound site passes", async () => {
    expect(await pubc(["check", site])).toMatchObject({ code: 0 });
  });

  test("reports several mistakes with place, code frame and hint", async () => {
    const outcome = await pubc(["check", join(scratch, "broken")]);
    const report = outcome.stdout + outcome.stderr;
    expect(outcome.code).toBe(1);
    expect(report).toMatch(/page\.html:2:\d+/);
    expect(report).toMatch(/page\.html:4:\d+/);
    expect(report).toContain("x = (1;");
  });

  test("three mistakes are three diagnostics with exact places in one run", async () => {
    const text = "a %{1 +} b\n{% x = (1; %}\n<p>\n{% if 2 { } %}\n";
    const file = join(scratch, "three.html");
    writeFileSync(file, text);
    const { code, stdout } = await pubc(["check", file, "--format", "json"]);
    const lines = text.split("\n");
    const found = JSON.parse(stdout).map((diagnostic: Record<string, number | string>) => {
      const { line, column, endLine, endColumn } = diagnostic as Record<string, number>;
      expect(endLine).toBe(line);
      return [
        line,
        lines[line - 1].slice(0, column - 1),
        lines[line - 1].slice(column - 1, endColumn - 1),
        diagnostic.message,
      ];
    });
    expect(found).toEqual([
      [1, "a %{1 +", "}", "Expected an expression, found `}`"],
      [2, "{% x = (1", ";", "Expected `)`, found `;`"],
      [4, "{% if ", "2", "Expected `(`, found the number `2`"],
    ]);
    expect(code).toBe(1);
  });

  test("speaks JSON to tools", async () => {
    const outcome = await pubc(["check", join(scratch, "broken"), "--format", "json"]);
    const report = JSON.parse(outcome.stdout);
    expect(JSON.stringify(report)).toContain("page.html");
    expect(outcome.code).toBe(1);
  });
});

describe("compile", () => {
  test("writes a manifest, modules and files", async () => {
    const dist = join(scratch, "dist");
    expect(await pubc(["compile", site, "-o", dist])).toMatchObject({ code: 0 });
    const manifest = JSON.parse(readFileSync(join(dist, "manifest.json"), "utf8"));
    expect(Object.keys(manifest.templates)).toEqual(expect.arrayContaining(["/index.html", "/parts/head.html"]));
    expect(Object.keys(manifest.files)).toEqual(["/style.css"]);
    expect(existsSync(join(dist, manifest.runtime))).toBe(true);
    expect(existsSync(join(dist, manifest.templates["/index.html"].module))).toBe(true);
    expect(readFileSync(join(dist, "files/style.css"), "utf8")).toBe(files["style.css"]);
  });

  test("a broken template keeps the old site", async () => {
    const dist = join(scratch, "dist");
    const before = readFileSync(join(dist, "manifest.json"), "utf8");
    const outcome = await pubc(["compile", join(scratch, "broken"), "-o", dist]);
    expect(outcome.code).toBe(1);
    expect(readFileSync(join(dist, "manifest.json"), "utf8")).toBe(before);
  });
});

describe("other commands", () => {
  test("config prints the variables of a configuration", async () => {
    const outcome = await pubc(["config", join(site, "settings.conf")]);
    expect(JSON.parse(outcome.stdout)).toMatchObject({ Port: 8080, Hosts: ["a", "b"] });
    expect(outcome.code).toBe(0);
  });

  test("ast prints the syntax tree", async () => {
    const outcome = await pubc(["ast", join(site, "index.html")]);
    expect(JSON.parse(outcome.stdout)).toMatchObject({ start: 0 });
    expect(outcome.code).toBe(0);
  });
});
