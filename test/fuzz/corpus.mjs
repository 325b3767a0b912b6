// The programs that are mutated: the conformance corpus, the sites of `fixtures/sites` and of `examples`, and the corners.
// Texts are byte strings, one character (U+0000..U+00FF) a byte.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");

/**
 * @typedef {object} Program
 * @property {string} id says where it comes from
 * @property {string} main name of the page
 * @property {Record<string, string>} files byte strings by name
 */

/** Larger files are left out: they make the campaign slow and reach nothing that smaller ones do not. */
const largestFile = 20_000;

/** @returns {Program[]} in an order that depends on the files alone */
export function loadPrograms() {
  return [...folders(), ...examples(), ...generated(), ...corners(), ...sites()];
}

function folders() {
  return ["language", "library"].flatMap((group) => {
    const base = join(root, "fixtures/conformance", group);
    return subfolders(base).flatMap((topic) =>
      subfolders(join(base, topic)).map((name) => {
        const files = readFolder(join(base, topic, name), (file) => !/^(expected\.|tags\.)/.test(file));
        return { id: `${group}/${topic}/${name}`, main: "main.pub", files };
      }),
    );
  });
}

function examples() {
  return readJson("fixtures/conformance/spec-examples.json").map(({ id, files }) => ({
    id: `spec/${id}`,
    main: "t.pub",
    files: inBytes(files),
  }));
}

function generated() {
  const lines = readFileSync(join(root, "fixtures/conformance/fuzz.jsonl"), "utf8").split("\n").filter(Boolean);
  return lines
    .map((line) => JSON.parse(line))
    .map(({ id, main, files }) => ({ id: `fuzz/${id}`, main, files: inBytes(files) }));
}

function corners() {
  const folder = join(root, "fixtures/corners");
  return readdirSync(folder)
    .sort()
    .flatMap((file) => readJson(join("fixtures/corners", file)))
    .map(({ name, source, files }) => ({
      id: `corners/${name}`,
      main: "t.pub",
      files: inBytes({ ...files, "t.pub": source }),
    }));
}

/** Every template of a site is a page of its own, with all other files of the site beside it. */
function sites() {
  return ["fixtures/sites", "examples"].flatMap((base) =>
    subfolders(join(root, base)).flatMap((name) => {
      const files = readFolder(join(root, base, name), (file) => /\.(pub|html|txt|conf)$/.test(file));
      return Object.keys(files)
        .filter((file) => file.endsWith(".pub"))
        .map((main) => ({ id: `${base}/${name}/${main}`, main, files }));
    }),
  );
}

function readFolder(folder, accept) {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)))
    .filter(accept)
    .sort();
  const texts = names.map((name) => [name, readFileSync(join(folder, name), "latin1")]);
  return Object.fromEntries(texts.filter(([, text]) => text.length <= largestFile));
}

function subfolders(path) {
  if (!existsSync(path)) return [];
  const entries = readdirSync(path, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

function readJson(path) {
  return JSON.parse(readFileSync(join(root, path), "utf8"));
}

function inBytes(files) {
  const texts = Object.entries(files);
  return Object.fromEntries(texts.map(([name, text]) => [name, Buffer.from(text, "utf8").toString("latin1")]));
}
