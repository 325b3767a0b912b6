// Types of imported pages for the plug-ins: `/// <reference types="pub-compiler/client" />`, or `types` in tsconfig.json.
declare module "*.pub" {
  import type { EmbeddedPage } from "pub-runtime";
  /** Renders the page; messages of the run go to `log` of the options, by default to the console. */
  export const render: EmbeddedPage["render"];
  /** Renders the page to bytes, with what the run reported. */
  export const publish: EmbeddedPage["publish"];
  export default render;
}
