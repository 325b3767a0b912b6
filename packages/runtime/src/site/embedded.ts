/**
 * Pages that a bundler has put into a program: templates come with the module instead of from a bundle on disk.
 */
import type { RunOptions } from "../run.js";
import { decodeUtf8 } from "../values/index.js";
import { publish } from "./publish.js";
import type { Template, TemplateEntry, TemplateSource } from "./source.js";

/** A compiled template of a module. */
export interface EmbeddedTemplate {
  /** Makes the template for a runtime. */
  readonly create: (runtime: never) => Template;
  /** SHA-1 of the template's bytes. */
  readonly hash: string;
}

/** Options that a compiled page can still be given. */
export type EmbeddedOptions = Pick<
  RunOptions,
  "wss" | "filterCgi" | "utf8Json" | "strictIncludeScoping" | "seed" | "now" | "timeZone"
> & {
  /** Receives each message of the run; by default they go to the console. */
  readonly log?: (line: string) => void;
};

export interface EmbeddedResult {
  /** No failure reached the top level of the page. */
  readonly ok: boolean;
  /** The page, byte for byte. */
  readonly body: Uint8Array;
  /** Messages of the run. */
  readonly log: readonly string[];
}

export interface EmbeddedPage {
  /** Renders the page. Variables are JavaScript values, converted as `fromHost` says. */
  render(variables?: Readonly<Record<string, unknown>>, options?: EmbeddedOptions): Promise<string>;
  /** Renders the page to bytes, with what the run reported. */
  publish(
    variables?: Readonly<Record<string, unknown>>,
    options?: Omit<EmbeddedOptions, "log">,
  ): Promise<EmbeddedResult>;
}

/** The page `main` (a byte string, as all names). `runtime` is the module namespace that templates use. */
export function createEmbeddedPage(
  main: string,
  templates: Readonly<Record<string, EmbeddedTemplate>>,
  settings: Pick<RunOptions, "dictOrder">,
  runtime: unknown,
): EmbeddedPage {
  const source = new EmbeddedSource(templates, runtime);
  const run = async (variables: Readonly<Record<string, unknown>> = {}, options: RunOptions = {}) => {
    const result = await publish(source, { name: main, globals: variables, options: { ...settings, ...options } });
    return { ok: result.succeeded, output: result.output, log: result.log.map(decodeUtf8) };
  };
  return {
    async render(variables, { log = (line: string) => console.warn(line), ...options } = {}) {
      const result = await run(variables, options);
      for (const line of result.log) log(line);
      return decodeUtf8(result.output);
    },
    async publish(variables, options) {
      const { ok, output, log } = await run(variables, options);
      return { ok, body: Buffer.from(output, "latin1"), log };
    },
  };
}

class EmbeddedSource implements TemplateSource {
  private readonly entries = new Map<string, TemplateEntry>();
  private readonly ctime = Math.floor(Date.now() / 1000);

  constructor(
    private readonly templates: Readonly<Record<string, EmbeddedTemplate>>,
    private readonly runtime: unknown,
  ) {}

  find(name: string): TemplateEntry | null {
    const key = normalized(name);
    if (key === null || !Object.hasOwn(this.templates, key)) return null;
    let entry = this.entries.get(key);
    if (entry === undefined) {
      const { create, hash } = this.templates[key];
      entry = { template: create(this.runtime as never), real: `/${key}`, hash, ctime: this.ctime };
      this.entries.set(key, entry);
    }
    return entry;
  }

  /** Only what was compiled is in the module, not the files. */
  async read(): Promise<null> {
    return null;
  }

  stat(name: string): TemplateEntry | null {
    return this.find(name);
  }
}

/** A name without `.`, `..` and slashes too many; null when it leaves the root. */
function normalized(name: string): string | null {
  const parts: string[] = [];
  for (const part of name.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) return null;
  }
  return parts.join("/");
}
