// Our engine as the benchmarks use it: a folder of templates, compiled when first needed, published with variables.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const bundle = join(dirname(fileURLToPath(import.meta.url)), "../../packages/pub-compiler/dist/index.js");
const { OnDemandSource, publish, runtime } = await import(bundle).catch((error) => {
  throw new Error(`cannot load the compiler, run \`npm run build\` first: ${error.message}`);
});

/**
 * The renderer of one page.
 *
 * @param {string} root folder of the site
 * @param {string} name of the page below it
 */
export function openPage(root, name, options = {}) {
  const source = new OnDemandSource(root, { referenceOrder: false, traced: false });
  const publishPage = (globals) => {
    const result = publish(source, { name, globals, options });
    if (result instanceof Promise) throw new Error(`${name} waits; only pages that do not are measured`);
    return result;
  };
  return {
    source,
    /** The page as a byte string; the globals are pub values or are converted. */
    render: (globals) => publishPage(globals).output,
    /** The page after checking that it went without an error; and the globals that the page left, as JavaScript data. */
    check(globals) {
      const { output, log, run } = publishPage(globals);
      if (log.length > 0) throw new Error(`${name} reports errors:\n${log.join("\n")}`);
      return {
        text: Buffer.from(output, "latin1").toString("utf8"),
        global: (variable) => runtime.toHost(run.globals.find(variable)?.value),
      };
    },
  };
}

/** Variables as pub values, converted once. */
export function givenData(data) {
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => [name, runtime.fromHost(value, runtime.createMapTable)]),
  );
}
