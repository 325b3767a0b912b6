/**
 * Files in the bundle through which `pubc dev` tells the server, and so the browsers, what happened.
 */
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ServiceMistake } from "../services/bundle-services.js";

/** Mistakes of services, for the overlay in the browser. */
const SERVICE_ERRORS_FILE = ".service-errors.json";

/** Browsers load their pages again when it changes. */
const RELOAD_FILE = ".reload";

/** Shows mistakes in the browsers, or takes them away when there are none. */
export function showMistakes(bundle: string, mistakes: readonly ServiceMistake[]): void {
  const path = join(bundle, SERVICE_ERRORS_FILE);
  if (mistakes.length === 0) rmSync(path, { force: true });
  else replaceFile(path, JSON.stringify({ errors: mistakes.map(asBytes) }));
}

/** The server expects byte strings, as those of the errors of templates are. */
function asBytes(mistake: ServiceMistake): ServiceMistake {
  const bytes = (text: string): string => Buffer.from(text, "utf8").toString("latin1");
  return { ...mistake, file: bytes(mistake.file), message: bytes(mistake.message), frame: bytes(mistake.frame) };
}

export function reloadBrowsers(bundle: string): void {
  replaceFile(join(bundle, RELOAD_FILE), `${Date.now()}\n`);
}

export function removeBrowserFiles(bundle: string): void {
  for (const name of [SERVICE_ERRORS_FILE, RELOAD_FILE]) rmSync(join(bundle, name), { force: true });
}

function replaceFile(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, text);
  renameSync(temporary, path);
}
