// Tells systemd how the server is (`Type=notify`): ready, stopping, alive. Node cannot speak to systemd's socket, which
// takes datagrams, so the program `systemd-notify` does; it is there wherever systemd is.

import { execFile } from "node:child_process";

/** Variables that systemd sets for a unit. */
export interface ServiceManagerVariables {
  NOTIFY_SOCKET?: string;
  WATCHDOG_USEC?: string;
  WATCHDOG_PID?: string;
}

export class ServiceManager {
  readonly #isListening: boolean;
  readonly #failed: (line: string) => void;
  readonly #aliveInterval: number | null;
  #timer: NodeJS.Timeout | null = null;

  /** `failed` gets a line when systemd cannot be told. */
  constructor(environment: ServiceManagerVariables, pid: number, failed: (line: string) => void) {
    this.#isListening = Boolean(environment.NOTIFY_SOCKET);
    this.#aliveInterval = watchdogInterval(environment, pid);
    this.#failed = failed;
  }

  /** Clients can connect. From now on systemd hears regularly that the launcher works, if it wants to. */
  ready(status: string): void {
    this.#tell(["--ready", `--status=${status}`]);
    if (this.#aliveInterval !== null) {
      this.#timer = setInterval(() => this.#tell(["WATCHDOG=1"]), this.#aliveInterval);
      this.#timer.unref();
    }
  }

  stopping(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#tell(["STOPPING=1", "--status=finishing the requests in flight"]);
  }

  #tell(words: string[]): void {
    if (!this.#isListening) return;
    // Without it the message would count as one of the short-lived program.
    execFile("systemd-notify", [`--pid=${process.pid}`, ...words], (error) => {
      if (error) this.#failed(`systemd cannot be told ${words[0]}: ${error.message}`);
    });
  }
}

/** Milliseconds between two signs of life, half of what systemd waits for; null if it does not wait. */
export function watchdogInterval({ WATCHDOG_USEC, WATCHDOG_PID }: ServiceManagerVariables, pid: number): number | null {
  const limit = Number(WATCHDOG_USEC ?? 0);
  if (!(limit > 0) || (WATCHDOG_PID !== undefined && Number(WATCHDOG_PID) !== pid)) return null;
  return Math.max(1, Math.floor(limit / 2000));
}
