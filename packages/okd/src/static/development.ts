// What only a developer sees: pages reload when the site was compiled again, and compile or page errors lie over them.

import { readFileSync, watch } from "node:fs";
import { join } from "node:path";
import type { Response } from "../service-host/response.js";

/** Paths below which the development helpers answer. */
export const EVENTS_PATH = "/_okd/reload";
export const CLIENT_PATH = "/_okd/client.js";

/** Mistakes of templates, which `pubc watch` leaves beside the site, and of services, which `pubc dev` does. */
const ERRORS_FILES = [".errors.json", ".service-errors.json"];

/** Pages are loaded again when it changes: `pubc dev` has replaced a service. */
const RELOAD_FILE = ".reload";

/** Milliseconds between two looks at the site where the system does not report changes. */
const POLL_INTERVAL = 500;

/** A compile error as it is left beside the site. */
interface CompileError {
  file: string;
  line: number;
  column: number;
  message: string;
  frame: string;
}

/** Watches a compiled site and tells the browsers that show it. */
export class DevelopmentChannel {
  readonly #listeners = new Set<Response>();
  readonly #stopWatching: () => void;
  #errors: string;
  #reloadStamp: string;

  /** `changed` is called when the manifest may have been replaced. */
  constructor(
    readonly directory: string,
    changed: () => void,
  ) {
    this.#errors = this.#readErrors();
    this.#reloadStamp = this.#readText(RELOAD_FILE);
    const look = () => {
      changed();
      const stamp = this.#readText(RELOAD_FILE);
      if (stamp !== this.#reloadStamp && stamp !== "") this.reloadPages();
      this.#reloadStamp = stamp;
      const errors = this.#readErrors();
      if (errors === this.#errors) return;
      this.#errors = errors;
      this.#tell("errors", errors);
    };
    const watcher = watch(directory, look);
    watcher.on("error", () => watcher.close());
    const poll = setInterval(look, POLL_INTERVAL);
    this.#stopWatching = () => {
      clearInterval(poll);
      watcher.close();
    };
  }

  /** Keeps a response open as a stream of server-sent events. */
  subscribe(response: Response): void {
    response.begin(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
    response.write(`retry: 500\n\nevent: errors\ndata: ${this.#errors}\n\n`);
    this.#listeners.add(response);
    response.onClose(() => this.#listeners.delete(response));
  }

  /** Every browser loads its page again. */
  reloadPages(): void {
    this.#tell("reload", "{}");
  }

  close(): void {
    this.#stopWatching();
    for (const response of this.#listeners) response.end();
  }

  #tell(event: string, data: string): void {
    for (const response of this.#listeners) response.write(`event: ${event}\ndata: ${data}\n\n`);
  }

  /** The compile errors as one line of JSON. */
  #readErrors(): string {
    try {
      const texts = ERRORS_FILES.map((name) => this.#readText(name)).filter((text) => text !== "");
      return JSON.stringify(texts.flatMap((text) => (JSON.parse(text) as { errors: CompileError[] }).errors));
    } catch {
      // Not written by the compiler: what was there before is still the best.
      return this.#errors ?? "[]";
    }
  }

  /** The text of a file beside the site; empty when there is none. */
  #readText(name: string): string {
    try {
      return readFileSync(join(this.directory, name), "utf8");
    } catch {
      return "";
    }
  }
}

/**
 * The page with the script that listens for changes, in front of `</body>` or at the end. `errors`: messages of the
 * page's own run (Unicode), which the script shows.
 */
export function injectClient(page: Uint8Array, errors: readonly string[]): Buffer {
  const body = Buffer.from(page.buffer, page.byteOffset, page.byteLength);
  const data = JSON.stringify(errors).replaceAll("&", "&#38;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
  const tag = Buffer.from(`<script src="${CLIENT_PATH}" data-errors="${data}"></script>`, "utf8");
  const position = body.lastIndexOf("</body>", undefined, "latin1");
  if (position === -1) return Buffer.concat([body, tag]);
  return Buffer.concat([body.subarray(0, position), tag, body.subarray(position)]);
}

/** The script itself. */
export const CLIENT_SCRIPT = `(() => {
  const own = JSON.parse(document.currentScript?.dataset.errors || "[]");
  let panel = null;
  const show = (title, lines) => {
    panel?.remove();
    panel = null;
    if (lines.length === 0) return;
    panel = document.createElement("div");
    panel.id = "okd-errors";
    const root = panel.attachShadow({ mode: "open" });
    const box = document.createElement("div");
    box.style.cssText =
      "position:fixed;inset:auto 1rem 1rem 1rem;max-height:60vh;overflow:auto;z-index:2147483647;padding:1rem 1.25rem;" +
      "background:#1d1f27;color:#f2f2f2;border-left:6px solid #e5484d;border-radius:6px;" +
      "font:13px/1.5 ui-monospace,monospace;box-shadow:0 8px 30px #0008;white-space:pre-wrap";
    const heading = document.createElement("strong");
    heading.textContent = title;
    const close = document.createElement("button");
    close.textContent = "\\u00d7";
    close.title = "Close";
    close.style.cssText = "float:right;background:none;border:0;color:inherit;font-size:1.4em;cursor:pointer";
    close.onclick = () => show("", []);
    box.append(close, heading);
    for (const line of lines) {
      const item = document.createElement("div");
      item.style.marginTop = ".75rem";
      item.textContent = line;
      box.append(item);
    }
    root.append(box);
    document.body.append(panel);
  };
  const describe = (e) => e.frame || [e.file, e.line, e.column].filter((part) => part).join(":") + ": " + e.message;
  const showOwn = () => show("Errors on this page", own);
  const source = new EventSource("${EVENTS_PATH}");
  let connected = false;
  source.addEventListener("open", () => {
    if (connected) location.reload();
    connected = true;
  });
  source.addEventListener("reload", () => location.reload());
  source.addEventListener("errors", (event) => {
    const errors = JSON.parse(event.data);
    if (errors.length > 0) show("The site does not compile", errors.map(describe));
    else showOwn();
  });
  addEventListener("pagehide", () => source.close());
  showOwn();
})();
`;
