/**
 * The manifest of a compiled site: its templates, files and the runtime that they were compiled for.
 */

export interface ManifestTemplate {
  /** Path of the module below the bundle's folder. */
  readonly module: string;
  /** SHA-1 of the template's bytes. */
  readonly hash: string;
  /** Module for runs that show errors in the page, warn about nulls or stop at errors. */
  readonly traced?: string;
  /** Runs of this page use the `traced` modules, because they can look at variables by name across files. */
  readonly reflective?: boolean;
}

export interface ManifestFile {
  readonly hash: string;
  /** Bytes. */
  readonly size: number;
}

export interface Manifest {
  readonly version: 1;
  /** Version of the compiler. */
  readonly compiler: string;
  /** File name of the page runtime below the bundle's folder. */
  readonly runtime: string;
  readonly options: { readonly dictOrder: "insertion" | "reference" };
  /** Templates by path from the root, with leading `/`. */
  readonly templates: Readonly<Record<string, ManifestTemplate>>;
  /** Files that are not templates, by path; their bytes are in `files/`. */
  readonly files: Readonly<Record<string, ManifestFile>>;
}
