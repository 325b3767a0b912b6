// Single templates, warm, in this process: parsing alone, and everything from the file to a function that can be called.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { measure, quick, thorough } from "../harness/measure.mjs";
import { bar, caseRecord, OURS } from "../harness/report.mjs";
import { openPage } from "../render/ours.mjs";
import { tree } from "./processes.mjs";

const parserBundle = join(dirname(fileURLToPath(import.meta.url)), "../../packages/pub-parser/dist/index.js");

/** Chevrotain 11 on a template grammar of this size, lexer and parser together: 6.0 MB a second. */
const PUBLISHED_RATE = 6.0;
/** The size of a template that the bar speaks of, in bytes. */
const USUAL_SIZE = 2048;

export async function measureTemplates({ isQuick }) {
  const settings = isQuick ? quick : thorough;
  const root = tree(1000);
  const { parseTemplate } = await import(pathToFileURL(parserBundle).href);
  const sources = templates(root).map((path) => readFileSync(path, "latin1"));
  const bytes = sources.reduce((sum, source) => sum + source.length, 0);
  const parseAll = () => {
    for (const source of sources) parseTemplate(source);
    return sources;
  };
  const parsing = measure([{ name: OURS, run: parseAll }], settings).get(OURS);
  const perMegabyte = parsing.map((duration) => (duration / bytes) * 1e6);

  // Parts include nothing, so that the work is that of one template.
  const parts = templates(join(root, "parts")).filter((path) => !/include|load/.test(readFileSync(path, "latin1")));
  const partBytes = parts.reduce((sum, path) => sum + statSync(path).size, 0);
  const compileAll = () => {
    for (const path of parts) openPage(root, "").source.find(relative(root, path));
    return parts;
  };
  const compiling = measure([{ name: OURS, run: compileAll }], settings).get(OURS);
  const perTemplate = compiling.map((duration) => (duration / partBytes) * USUAL_SIZE);

  const cases = [
    caseRecord("parse alone, 1 MB", new Map([[OURS, perMegabyte]])),
    caseRecord("one template of 2 kB, warm", new Map([[OURS, perTemplate]])),
  ];
  return {
    cases,
    bars: [
      bar("parse alone, 1 MB: in ms", cases[0].engines[OURS].median, (2 / PUBLISHED_RATE) * 1000),
      bar("one template of 2 kB, warm: in ms", cases[1].engines[OURS].median, 0.5),
    ],
  };
}

function templates(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(html|pub|xml)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}
