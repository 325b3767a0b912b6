// Watches a compiled site and checks each new version of it before services get it.

import { type FSWatcher, watch } from "node:fs";
import { readManifest, Site } from "../static/site.js";

/** Milliseconds between two looks at the site where the system does not report changes. */
const POLL_INTERVAL = 1000;

export interface WatcherEvents {
  /** A new version is good. `needsProcess`: running processes cannot go over to it, since its runtime is another one. */
  published(needsProcess: boolean): void;
  /** A new version is not: the old one goes on. */
  refused(reason: string): void;
}

export class SiteWatcher {
  #site: Site;
  readonly #events: WatcherEvents;
  readonly #watcher: FSWatcher;
  readonly #poll: NodeJS.Timeout;
  #isChecking = false;

  private constructor(site: Site, events: WatcherEvents) {
    this.#site = site;
    this.#events = events;
    const look = () => void this.#look();
    this.#watcher = watch(site.directory, look);
    this.#watcher.on("error", () => this.#watcher.close());
    this.#poll = setInterval(look, POLL_INTERVAL);
  }

  /** Rejects when the site cannot be opened as it is. */
  static async open(directory: string, events: WatcherEvents): Promise<SiteWatcher> {
    return new SiteWatcher(await Site.open(directory), events);
  }

  close(): void {
    clearInterval(this.#poll);
    this.#watcher.close();
    this.#site.runtime.close();
  }

  /** Looks again afterwards if the site was replaced in between. */
  async #look(): Promise<void> {
    if (this.#isChecking) return;
    this.#isChecking = true;
    while (this.#site.isStale) await this.#check();
    this.#isChecking = false;
  }

  async #check(): Promise<void> {
    const { directory, manifest } = this.#site;
    try {
      // Reading it counts as having seen it, also when it is broken: it is looked at after the next change only.
      this.#site.markSeen();
      const needsProcess = (await readManifest(directory)).runtime !== manifest.runtime;
      if (needsProcess) {
        const fresh = await Site.open(directory);
        this.#site.runtime.close();
        this.#site = fresh;
      } else {
        await this.#site.reload();
      }
      this.#events.published(needsProcess);
    } catch (error) {
      this.#events.refused((error as Error).message);
    }
  }
}
