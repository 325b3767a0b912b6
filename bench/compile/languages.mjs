// The same page compiled by other languages' compilers: the bookshop's product page with its layout and components.
// Reported only; the sources differ in size, so there is a figure for a kilobyte of source as well.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Eta } from "eta";
import Handlebars from "handlebars";
import { compile as compileSvelte } from "svelte/compiler";
import { measure, quick, thorough } from "../harness/measure.mjs";
import { caseRecord, OURS } from "../harness/report.mjs";
import { openPage } from "../render/ours.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const pageFolder = join(here, "../render/cases/product-page");
const site = join(here, "../../fixtures/sites/bookshop");

/** The files of the site that the templates of the other engines correspond to. */
const OURS_FILES = [
  "product.html",
  ...["header", "meta", "nav", "userbox", "footer", "scripts"].map((name) => `layout/${name}.html`),
  "parts/review.html",
  "parts/newsletter.html",
  "lib/components.pub",
  "lib/html.pub",
];

export function measureLanguages({ isQuick }) {
  const eta = new Eta();
  const etaSources = sources("eta");
  const handlebarsSources = sources("hbs");
  const svelteSource = readFileSync(join(here, "product.svelte"), "utf8");
  const compilers = {
    [OURS]: {
      size: total(OURS_FILES.map((name) => readFileSync(join(site, name), "utf8"))),
      run: () => {
        const { source } = openPage(site, "");
        return OURS_FILES.map((name) => source.find(name));
      },
    },
    Eta: { size: total(etaSources), run: () => etaSources.map((text) => eta.compile(text)) },
    Handlebars: {
      size: total(handlebarsSources),
      run: () => handlebarsSources.map((text) => Handlebars.precompile(text)),
    },
    Svelte: {
      size: svelteSource.length,
      run: () => compileSvelte(svelteSource, { generate: "server" }).js.code,
    },
  };
  const samples = measure(
    Object.entries(compilers).map(([name, { run }]) => ({ name, run })),
    isQuick ? quick : thorough,
  );
  const perKilobyte = new Map(
    [...samples].map(([name, values]) => [name, values.map((value) => (value / compilers[name].size) * 1024)]),
  );
  return {
    cases: [caseRecord("product page, compiled", samples), caseRecord("product page, a kB of source", perKilobyte)],
    bars: [],
  };
}

function sources(extension) {
  const partials = readdirSync(join(pageFolder, extension)).map((name) => join(extension, name));
  return [`page.${extension}`, ...partials].map((name) => readFileSync(join(pageFolder, name), "utf8"));
}

function total(texts) {
  return texts.reduce((sum, text) => sum + text.length, 0);
}
