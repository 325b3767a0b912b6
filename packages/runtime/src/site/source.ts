/**
 * Where a run finds its templates: the compiled bundle, or a compiler that works on demand.
 */
import type { Context } from "../scope/context.js";
import type { TemplatePlace } from "./faults.js";

/** The file that a frame runs, as the built-ins and messages show it (pub-language.md §7.5). */
export interface FileIdentity {
  /** Name as requested. */
  readonly requested: string;
  /** Name below the root, as found: shown in messages. */
  readonly jailed: string;
  /** Directory part of the name as found; `undefined` for names without one (§8.1). */
  readonly directory: string | undefined;
  readonly real: string;
  /** SHA-1 of the file's bytes, 40 hex digits. */
  readonly hash: string;
  /** When the file was read, epoch seconds. */
  readonly ctime: number;
}

/** A compiled template. */
export interface Template {
  /** Parse errors in the reference's form; when there are any, the file does not run (§8.2). */
  readonly errors?: readonly { readonly line: number; readonly text: string }[];
  /**
   * Runs the file. Returns false when a failed include is to be passed on to the includer (§8.2). The promise form is
   * used by templates that may wait.
   */
  readonly render: (context: Context, file: FileIdentity) => boolean | Promise<boolean>;
}

/** A template that was found, not loaded yet. */
export interface TemplateEntry {
  readonly template: Template;
  /** Where the file really is; shown by `metadata`. */
  readonly real: string;
  readonly hash: string;
  readonly ctime: number;
}

/** A file that was found, under the name that asked for it. */
export interface FoundFile {
  readonly entry: TemplateEntry;
  readonly file: FileIdentity;
}

export interface TemplateSource {
  /**
   * Files found so far, by the directory of the asking file and the requested name. A source has it when a name that was
   * found once always means the same file.
   */
  readonly found?: Map<string | undefined, Map<string, FoundFile>>;
  /** The template of a candidate name below the root (leading `/` optional), or null when there is no such file. */
  find(name: string): TemplateEntry | null;
  /** The bytes of a file below the root, or null: for `raw()`. */
  read(name: string): Promise<Uint8Array | null>;
  /** SHA-1 and time of any file below the root, or null: for `stat_file()`. */
  stat(name: string): { readonly real: string; readonly hash: string; readonly ctime: number } | null;
  /** Localised names for a candidate, best first (§8.1); none when no localizer is installed. */
  localize?(name: string): string[];
  /** The places in templates that the stack of an exception goes through, innermost first. */
  places?(error: unknown): readonly TemplatePlace[];
}
