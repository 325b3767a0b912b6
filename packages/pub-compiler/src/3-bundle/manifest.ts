/**
 * What a bundle consists of: `manifest.json`, read by the processes that serve it.
 */
import type { Manifest } from "pub-runtime";
import { VERSION } from "../version.js";

export const MANIFEST_FILE = "manifest.json";

export function createManifest(parts: Omit<Manifest, "version" | "compiler" | "created">): Manifest {
  return { version: 1, compiler: VERSION, created: new Date().toISOString(), ...parts };
}
