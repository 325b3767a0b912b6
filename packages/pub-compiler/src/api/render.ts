/**
 * `render` of the library.
 */
import { decodeUtf8, type RunOptions } from "pub-runtime";
import { render as renderPage } from "../project/render.js";

export interface RenderRequest {
  /** Folder of the site: includes are sought below it. */
  readonly root: string;
  /** Path of the page below the root. */
  readonly page: string;
  /** Variables of the page: JavaScript values. */
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly options?: RunOptions;
}

export interface RenderReport {
  /** The page was found, has no syntax errors, and no failure reached its top level. */
  readonly ok: boolean;
  /** The page. */
  readonly text: string;
  /** The page byte for byte; pages need not be UTF-8. */
  readonly bytes: Uint8Array;
  /** Messages of the run, as in an error log. */
  readonly log: readonly string[];
}

/** Renders a page from the sources of a site, compiling what it needs. Mistakes of templates are in the log. */
export async function render({ root, page, variables, options }: RenderRequest): Promise<RenderReport> {
  const result = await renderPage({ root, main: page, globals: variables, options });
  return {
    ok: result.succeeded,
    text: decodeUtf8(result.output),
    bytes: Buffer.from(result.output, "latin1"),
    log: result.log.map(decodeUtf8),
  };
}
