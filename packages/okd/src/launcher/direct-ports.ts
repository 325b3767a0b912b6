// The ports that a service listens on itself (`-p`): opened by the launcher, which may use privileged ones, and kept over
// all processes of the service, so that connections wait while one is replaced.

import { getSystemErrorName } from "node:util";
import { BindError, bindListener, type NativeHandle } from "../process/native-handles.js";

export interface DirectPortRules {
  address: string;
  ports: number[];
  /** Milliseconds between attempts to open a port; the last one repeats for ever. Empty: one attempt only. */
  retrySchedule: number[];
}

export class DirectPorts {
  readonly #rules: DirectPortRules;
  readonly #handles = new Map<number, NativeHandle>();
  #attempts = 0;

  /** `former`: ports of a former plan; those that stay the same stay open. */
  constructor(rules: DirectPortRules, former?: DirectPorts) {
    this.#rules = rules;
    if (former === undefined || former.#rules.address !== rules.address) return;
    for (const port of rules.ports) {
      const handle = former.#handles.get(port);
      if (handle) this.#handles.set(port, handle);
    }
  }

  get listeners(): { port: number; handle: NativeHandle }[] {
    return [...this.#handles].map(([port, handle]) => ({ port, handle }));
  }

  /**
   * Opens the ports that are not open yet. `failure` is null when all are; else `delay` is the time (milliseconds) after
   * which to try again, or null for never.
   */
  open(): { failure: string | null; delay: number | null } {
    const { address, ports, retrySchedule } = this.#rules;
    for (const port of ports) {
      if (this.#handles.has(port)) continue;
      try {
        this.#handles.set(port, bindListener(address, port).handle);
      } catch (error) {
        if (!(error instanceof BindError)) throw error;
        const delay = retrySchedule[Math.min(this.#attempts++, retrySchedule.length - 1)] ?? null;
        return { failure: `${error.message} (${getSystemErrorName(error.errno)})`, delay };
      }
    }
    return { failure: null, delay: null };
  }

  /** Closes what `other` does not have. */
  release(other: DirectPorts): void {
    for (const [port, handle] of this.#handles) if (other.#handles.get(port) !== handle) handle.close();
  }

  close(): void {
    for (const handle of this.#handles.values()) handle.close();
    this.#handles.clear();
  }
}
