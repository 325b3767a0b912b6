// `pubc format` as people and editors use it: files, folders, standard input, files that must not be touched.
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { pubc } from "./command.js";

const scratch = mkdtempSync(join(tmpdir(), "pub-format-cli-"));
const site = join(scratch, "site");
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const UGLY = "<p>\xfc {%if(a){b=1}%}</p>\r\n";
const TIDY = "<p>\xfc {% if (a) { b = 1; } %}</p>\r\n";
const BROKEN = "{% x = (1; %}\n";

beforeEach(() => {
  rmSync(site, { recursive: true, force: true });
  mkdirSync(join(site, "parts"), { recursive: true });
  writeFileSync(join(site, "ugly.html"), UGLY, "latin1");
  writeFileSync(join(site, "parts/tidy.html"), TIDY, "latin1");
});

const read = (name: string): string => readFileSync(join(site, name), "latin1");

test("a folder: what is not laid out is, the rest is not written", async () => {
  const before = statSync(join(site, "parts/tidy.html")).ino;
  expect(await pubc(["format", "."], { cwd: site })).toEqual({
    code: 0,
    stdout: "ugly.html\n1 file formatted\n",
    stderr: "",
  });
  expect([read("ugly.html"), read("parts/tidy.html")]).toEqual([TIDY, TIDY]);
  expect(statSync(join(site, "parts/tidy.html")).ino).toBe(before);
  expect(await pubc(["format", "."], { cwd: site })).toMatchObject({ code: 0, stdout: "0 files formatted\n" });
  expect(readdirSync(site).sort()).toEqual(["parts", "ugly.html"]);
});

test("--check lists and writes nothing", async () => {
  const outcome = await pubc(["format", "--check", "."], { cwd: site });
  expect(outcome).toEqual({ code: 1, stdout: "ugly.html\n1 file to format\n", stderr: "" });
  expect(read("ugly.html")).toBe(UGLY);
});

test("permissions and links stay", async () => {
  chmodSync(join(site, "ugly.html"), 0o640);
  symlinkSync("ugly.html", join(site, "link.html"));
  expect(await pubc(["format", "link.html"], { cwd: site })).toMatchObject({ code: 0 });
  expect(read("ugly.html")).toBe(TIDY);
  expect(statSync(join(site, "ugly.html")).mode & 0o777).toBe(0o640);
  expect(lstatSync(join(site, "link.html")).isSymbolicLink()).toBe(true);
});

test("a file with syntax errors is left as it is, the others are laid out", async () => {
  writeFileSync(join(site, "broken.html"), BROKEN);
  const { code, stdout, stderr } = await pubc(["format", "."], { cwd: site });
  expect({ code, stdout }).toEqual({ code: 1, stdout: "ugly.html\n1 file formatted\n" });
  expect(stderr).toMatch(
    /^broken\.html:1:\d+: error: Expected `\)`[\s\S]*\n1 file with syntax errors left as they were\n$/,
  );
  expect(read("broken.html")).toBe(BROKEN);
});

test("standard input", async () => {
  expect(await pubc(["format", "-"], { input: UGLY })).toEqual({ code: 0, stdout: TIDY, stderr: "" });
  expect(await pubc(["format", "-", "--check"], { input: UGLY })).toEqual({ code: 1, stdout: "", stderr: "" });
  expect(await pubc(["format", "-", "--check"], { input: TIDY })).toEqual({ code: 0, stdout: "", stderr: "" });
  const broken = await pubc(["format", "-"], { input: BROKEN });
  expect(broken).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("standard input:1:") });
});

test.each([
  { args: [], complaint: /at least one folder or file/ },
  { args: ["nowhere.html"], complaint: /there is no file or folder/ },
  { args: ["-", "ugly.html"], complaint: /stands alone/ },
])("mistaken: pubc format $args", async ({ args, complaint }) => {
  const outcome = await pubc(["format", ...args], { cwd: site });
  expect(outcome).toMatchObject({ code: 2, stdout: "", stderr: expect.stringMatching(complaint) });
});
