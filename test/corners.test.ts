// Runs `fixtures/corners`: small programs for corners of the language and the library, each with what the
// specification says about it, derived by hand. In both orders of dictionaries, unless a case names one.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type RenderRequest, render } from "pub-compiler";
import { afterAll, describe, expect, test } from "vitest";
import { root } from "./command.js";

interface Corner {
  readonly name: string;
  /** Where the specification or the rulings say so: "language 4.6", "library 4.8", "rulings L2". */
  readonly section: string;
  /** How the texts of the case become bytes; UTF-8 when it is left out. */
  readonly encoding?: "latin1";
  /** The only order of dictionaries in which the case is run. */
  readonly dictOrder?: DictOrder;
  readonly options?: RenderRequest["options"];
  /** The page, `t.pub`. */
  readonly source: string;
  /** Further files. */
  readonly files?: Readonly<Record<string, string>>;
  readonly stdout: string;
  /** Lines of the log; a syntax error without its detail. */
  readonly stderr?: readonly string[];
}

type DictOrder = "insertion" | "reference";

const folder = join(root, "fixtures/corners");
const scratch = mkdtempSync(join(tmpdir(), "pub-corners-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

for (const file of readdirSync(folder).filter((name) => name.endsWith(".json"))) {
  const topic = file.replace(".json", "");
  const corners = JSON.parse(readFileSync(join(folder, file), "utf8")) as Corner[];
  describe.each(["insertion", "reference"] as const)(`${topic}, dictionaries in %s order`, (dictOrder) => {
    const runs = corners.filter((corner) => (corner.dictOrder ?? dictOrder) === dictOrder);
    test.each(runs)("$name [$section]", async (corner) => {
      const site = writeSite(join(scratch, dictOrder, topic, corner.name), corner);
      const options = { ...corner.options, dictOrder, timeZone: "UTC", seed: 1 };
      const page = await render({ root: site, page: "t.pub", options });
      const expected = {
        stdout: bytes(corner, corner.stdout),
        stderr: (corner.stderr ?? []).map((line) => Buffer.from(bytes(corner, line), "latin1").toString()),
      };
      const stdout = Buffer.from(page.bytes).toString("latin1");
      expect({ stdout, stderr: plainLines(page.log) }).toEqual(expected);
    });
  });
}

function writeSite(path: string, corner: Corner): string {
  for (const [name, text] of Object.entries({ ...corner.files, "t.pub": corner.source })) {
    const target = join(path, name);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text, corner.encoding ?? "utf8");
  }
  return path;
}

function bytes({ encoding }: Corner, text: string): string {
  return encoding === "latin1" ? text : Buffer.from(text, "utf8").toString("latin1");
}

/** The lines of a log; syntax errors lose their detail, and those that follow one in the same place are left out. */
function plainLines(log: readonly string[]): string[] {
  const lines = log.flatMap((entry) => entry.split("\n")).map((line) => line.replace(/(: syntax error).*/, "$1"));
  return lines.filter((line, i) => !(line.endsWith(": syntax error") && line === lines[i - 1]));
}
