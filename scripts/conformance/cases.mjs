// Reads the conformance corpus of `fixtures/conformance`: folders, examples of the specification, generated programs.
// Everything is bytes, one character (U+0000..U+00FF) a byte, because not all sources and outputs are UTF-8.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const corpus = join(dirname(fileURLToPath(import.meta.url)), "../../fixtures/conformance");
const exemptFile = join(corpus, "exempt.json");

/**
 * @typedef {object} Case
 * @property {string} id unique, also the way to name it on the command line: "language/arith/division", "fuzz/core-7"
 * @property {string} group "language", "library", "spec" or "fuzz"
 * @property {string} root folder the page may read from
 * @property {string} main path of the page in `root`
 * @property {string[]} tags what the page uses and depends on
 * @property {{stdout: string, stderr: string, accepted: boolean}} expected bytes; `accepted`: the main file parses
 */

/**
 * All cases but the skipped ones. Programs that come as JSON are written below `scratch`, an empty folder of the caller's.
 * @param {string} scratch
 * @returns {Case[]}
 */
export function loadCases(scratch) {
  const exempt = loadExempt();
  return [
    ...folderCases("language"),
    ...folderCases("library"),
    ...specificationCases(scratch),
    ...fuzzCases(scratch),
  ].filter(({ id }) => !exempt[id]?.skipped);
}

/**
 * @typedef {object} Exemption
 * @property {string} reason why the case may differ
 * @property {Case["expected"]} [instead] what we put out instead; missing until it is recorded
 * @property {boolean} [varies] we put out something else on every machine or day, so nothing is recorded
 * @property {boolean} [skipped] the case is not run at all
 */

/** Whether a case must give its expected output in that order of dictionaries: only folders say whether they depend on it. */
export function fitsOrder({ group, tags }, dictOrder) {
  const isTagged = group === "language" || group === "library";
  return dictOrder === "reference" || (isTagged && !tags.includes("dict-order"));
}

/** The differences we stand by, by case. @returns {Record<string, Exemption>} */
export function loadExempt() {
  return JSON.parse(readFileSync(exemptFile, "utf8"));
}

/** Writes the list of differences back. */
export function saveExempt(exempt) {
  writeFileSync(exemptFile, `${JSON.stringify(exempt, null, 2)}\n`);
}

function folderCases(group) {
  const folders = (path) =>
    readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .sort();
  const base = join(corpus, group);
  return folders(base).flatMap((topic) =>
    folders(join(base, topic)).map((name) => {
      const root = join(base, topic, name);
      const read = (file) => (existsSync(join(root, file)) ? readFileSync(join(root, file), "latin1") : "");
      const tags = read("tags.txt").split("\n").filter(Boolean);
      const stderr = read("expected.err");
      const accepted = !tags.includes("exit-1") || published(stderr);
      const expected = { stdout: read("expected.out"), stderr, accepted };
      return { id: `${group}/${topic}/${name}`, group, root, main: "main.pub", tags, expected };
    }),
  );
}

function specificationCases(scratch) {
  return JSON.parse(readFileSync(join(corpus, "spec-examples.json"), "utf8")).map((example) => {
    const id = `spec/${example.id}`;
    const stderr = example.stderr.map((line) => `${utf8(line)}\n`).join("");
    const accepted = !stderr.includes("[error]: ") || published(stderr);
    const expected = { stdout: utf8(example.stdout), stderr, accepted };
    const root = writeFiles(join(scratch, id), example.files);
    return { id, group: "spec", root, main: "t.pub", tags: [], expected };
  });
}

function fuzzCases(scratch) {
  const lines = readFileSync(join(corpus, "fuzz.jsonl"), "utf8").split("\n").filter(Boolean);
  return lines.map((line) => {
    const program = JSON.parse(line);
    const id = `fuzz/${program.id}`;
    const stdout = bytes(program.stdout, program.stdoutBase64);
    const stderr = bytes(program.stderr, program.stderrBase64);
    const root = writeFiles(join(scratch, id), program.files);
    const expected = { stdout, stderr, accepted: program.accepted };
    return { id, group: "fuzz", root, main: program.main, tags: [program.profile], expected };
  });
}

/** A page that was parsed and run, but lacks an included file, has one of these messages. */
function published(stderr) {
  return /error in publishing file: |: file not found$/m.test(stderr);
}

function writeFiles(root, files) {
  for (const [name, text] of Object.entries(files)) {
    const path = join(root, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return root;
}

/** The bytes of a text that JSON carries as such or, when it is not UTF-8, in base 64. */
export function bytes(text, base64) {
  return base64 === undefined ? utf8(text) : Buffer.from(base64, "base64").toString("latin1");
}

function utf8(text) {
  return Buffer.from(text, "utf8").toString("latin1");
}
