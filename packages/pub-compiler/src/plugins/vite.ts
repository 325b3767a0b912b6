/**
 * The plug-in for Vite: `import render from "./page.pub"`, with hot reload.
 */
import type { Plugin } from "vite";
import { pageModule } from "./page-module.js";
import { PAGES, type PluginOptions, RUNTIME, runtimePath } from "./runtime.js";

export type { PluginOptions } from "./runtime.js";

/**
 * Makes the plug-in. When a template changes, the pages that include it are loaded anew on the server, and browsers load
 * their pages again. Mistakes in templates show in Vite's overlay and are errors of a build.
 */
export function pub(options: PluginOptions = {}): Plugin {
  const pages = options.include ?? PAGES;
  /** Pages by the files that they are made of. */
  const pagesOf = new Map<string, Set<string>>();
  return {
    name: "pub",
    enforce: "pre",

    async resolveId(id, importer) {
      if (id !== RUNTIME || importer === undefined || !pages.test(withoutQuery(importer))) return null;
      return (await this.resolve(id, importer, { skipSelf: true })) ?? runtimePath();
    },

    load(id) {
      const file = withoutQuery(id);
      if (!pages.test(file) || /\?.*\b(raw|url)\b/.test(id)) return null;
      const { code, map, files, diagnostics } = pageModule(file, options);
      for (const part of files) {
        this.addWatchFile(part);
        const known = pagesOf.get(part);
        if (known === undefined) pagesOf.set(part, new Set([id]));
        else known.add(id);
      }
      for (const { severity, message, line, column, frame, file: name } of diagnostics) {
        const log = { id, message: `${name}: ${message}`, loc: { file: name, line, column: column - 1 }, frame };
        if (severity === "error") this.error(log);
        this.warn(log);
      }
      return { code, map };
    },

    hotUpdate({ file, modules, server }) {
      const { moduleGraph, name } = this.environment;
      const concerned = [...(pagesOf.get(file) ?? [])].flatMap((id) => moduleGraph.getModuleById(id) ?? []);
      if (concerned.length === 0) return undefined;
      // What the server rendered is in the browser, which does not have the module itself.
      if (name !== "client") server.environments.client.hot.send({ type: "full-reload" });
      return [...new Set([...modules, ...concerned])];
    },
  };
}

function withoutQuery(id: string): string {
  return id.replace(/\?.*$/, "");
}
