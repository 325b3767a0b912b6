/**
 * The plug-in for esbuild: `import render from "./page.pub"`.
 */
import { dirname } from "node:path";
import type { PartialMessage, Plugin } from "esbuild";
import type { SourceDiagnostic } from "../checks/source-diagnostic.js";
import { pageModule } from "./page-module.js";
import { PAGES, type PluginOptions, RUNTIME, runtimePath } from "./runtime.js";

export type { PluginOptions } from "./runtime.js";

// In one piece, tools that look for such comments would take it for one of this file.
const MAP_COMMENT = ["//#", "sourceMappingURL=data:application/json;base64,"].join(" ");

/** Makes the plug-in. Mistakes in templates are errors of the build; included files are watched. */
export function pub(options: PluginOptions = {}): Plugin {
  const pages = options.include ?? PAGES;
  return {
    name: "pub",
    setup(build) {
      build.onLoad({ filter: pages }, ({ path }) => {
        const { code, map, files, diagnostics } = pageModule(path, options);
        const of = (severity: string) => diagnostics.filter((each) => each.severity === severity).map(toMessage);
        const inline = Buffer.from(map).toString("base64");
        return {
          contents: `${code}${MAP_COMMENT}${inline}\n`,
          loader: "js",
          resolveDir: dirname(path),
          watchFiles: [...files],
          errors: of("error"),
          warnings: of("warning"),
        };
      });
      build.onResolve({ filter: new RegExp(`^${RUNTIME}$`) }, async ({ importer, resolveDir, kind, pluginData }) => {
        if (!pages.test(importer) || pluginData === RUNTIME) return undefined;
        const found = await build.resolve(RUNTIME, { importer, resolveDir, kind, pluginData: RUNTIME });
        return found.errors.length === 0 ? found : { path: runtimePath() };
      });
    },
  };
}

function toMessage({
  file,
  line,
  column,
  endLine,
  endColumn,
  message,
  hint,
  code,
  frame,
}: SourceDiagnostic): PartialMessage {
  return {
    id: code,
    text: message,
    location: {
      file,
      line,
      column: column - 1,
      length: endLine === line ? endColumn - column : 0,
      lineText: lineOf(frame, line),
      suggestion: "",
    },
    notes: hint === undefined ? [] : [{ text: hint }],
  };
}

/** The line of the source in a code frame. */
function lineOf(frame: string, line: number): string {
  const match = new RegExp(`^\\s*${line} \\| (.*)$`, "m").exec(frame);
  return match?.[1] ?? "";
}
