// Files of the log daemon: rotation by size, a disk that is full for a while, going over to a new file.

import { existsSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { eventually, temporaryFolder } from "../testing/run-server.js";
import { LogFile } from "./log-file.js";

async function openLog(path: string, rotateSize = 0, rotateKeep = 3) {
  const troubles: string[] = [];
  const rules = { rotateSize, rotateKeep, trouble: (line: string) => void troubles.push(line) };
  return { file: await LogFile.open(path, process.stdout, rules), troubles };
}

test("a file that has grown is set aside, old ones go, and no line is lost", async () => {
  const path = join(temporaryFolder(), "log");
  const { file } = await openLog(path, 100, 50);
  for (let n = 0; n < 100; n++) {
    file.write(`line ${n}\n`);
    if (n % 7 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await file.close();
  const names = [...Array.from({ length: 50 }, (_, n) => `${path}.${50 - n}`), path].filter(existsSync);
  expect(names.length).toBeGreaterThan(2);
  const lines = names.map((name) => readFileSync(name, "latin1")).join("");
  expect(lines).toBe(Array.from({ length: 100 }, (_, n) => `line ${n}\n`).join(""));
});

test("no more files are kept than asked for", async () => {
  const path = join(temporaryFolder(), "log");
  const { file } = await openLog(path, 10, 2);
  for (let n = 0; n < 8; n++) {
    file.write(`a line ${n} of the log\n`);
    await eventually(() => expect(readFileSync(`${path}.1`, "latin1")).toMatch(` ${n} `));
  }
  await file.close();
  expect([1, 2, 3].map((n) => existsSync(`${path}.${n}`))).toEqual([true, true, false]);
});

test("what cannot be written waits, and the operator is told once", async () => {
  const folder = temporaryFolder();
  const path = join(folder, "log");
  symlinkSync("/dev/full", path);
  const { file, troubles } = await openLog(path);
  file.write("one\n");
  file.write("two\n");
  await eventually(() => expect(troubles).toEqual([expect.stringMatching(/^\*\* cannot write .*log: ENOSPC/)]));
  // As after making room: the same name leads to a file that can be written.
  rmSync(path);
  await (await file.reopen())(true);
  file.write("three\n");
  await eventually(() => expect(readFileSync(path, "latin1")).toBe("one\ntwo\nthree\n"));
  expect(troubles[1]).toMatch(/is written again; nothing was lost$/);
  await file.close();
});

test("a daemon that ends does not wait for a full disk", async () => {
  const path = join(temporaryFolder(), "log");
  symlinkSync("/dev/full", path);
  const { file } = await openLog(path);
  file.write("lost\n");
  await file.close();
});

test("going over to a new file loses nothing", async () => {
  const path = join(temporaryFolder(), "log");
  const { file } = await openLog(path);
  file.write("one\n");
  renameSync(path, `${path}.old`);
  file.write("two\n");
  const goOver = await file.reopen();
  file.write("three\n");
  await goOver(true);
  file.write("four\n");
  await file.close();
  expect(readFileSync(`${path}.old`, "latin1") + readFileSync(path, "latin1")).toBe("one\ntwo\nthree\nfour\n");
});
