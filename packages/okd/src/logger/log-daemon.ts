// The only writer of the log files: takes entries from the private channels of all processes and appends them.

import type { Socket } from "node:net";
import { timestamp } from "../http/access-line.js";
import type { LoggerConfiguration } from "../process/messages.js";
import { LogFile } from "./log-file.js";

/** Bytes of an entry without line end at which a client is taken for broken and cut off. */
const ENTRY_LIMIT = 256 * 1024;

/** Milliseconds that the daemon waits at the end for clients that have not closed. */
const CLOSING_TIME = 2000;

export class LogDaemon {
  readonly #clients = new Set<Socket>();

  private constructor(
    readonly access: LogFile,
    readonly error: LogFile,
    /** Null: entries are dropped. */
    readonly tls: LogFile | null,
  ) {}

  get #files(): LogFile[] {
    return this.tls ? [this.access, this.error, this.tls] : [this.access, this.error];
  }

  /** Opens the logs. Rejects when a file cannot be opened. */
  static async start(configuration: LoggerConfiguration): Promise<LogDaemon> {
    const access = await LogFile.open(configuration.accessLog, process.stdout);
    const error = await LogFile.open(configuration.errorLog, process.stderr);
    const { tlsLog } = configuration;
    return new LogDaemon(access, error, tlsLog === null ? null : await LogFile.open(tlsLog, process.stdout));
  }

  /** Serves one more process. */
  addClient(socket: Socket): void {
    this.#clients.add(socket);
    let rest = "";
    socket.setEncoding("latin1");
    socket.on("data", (chunk: string) => {
      const end = chunk.lastIndexOf("\n");
      if (end === -1) {
        rest += chunk;
        if (rest.length > ENTRY_LIMIT) socket.destroy();
        return;
      }
      this.#append(rest + chunk.slice(0, end + 1));
      rest = chunk.slice(end + 1);
    });
    socket.on("error", () => socket.destroy());
    socket.on("end", () => socket.destroy());
    socket.on("close", () => this.#clients.delete(socket));
  }

  /** One line of the launcher. */
  operatorLine(line: string): void {
    this.error.write(`okd ${timestamp(Date.now())} ${line}\n`);
  }

  /** Opens the files again under their names (log rotation); on failure (rejection) nothing changes. */
  async turn(): Promise<void> {
    const opened = await Promise.allSettled(this.#files.map((file) => file.reopen()));
    const failed = opened.find((result) => result.status === "rejected");
    for (const result of opened) if (result.status === "fulfilled") await result.value(failed === undefined);
    if (failed) throw failed.reason;
  }

  /** Waits for the clients to close their channels, then closes the logs. */
  async finish(): Promise<void> {
    const deadline = Date.now() + CLOSING_TIME;
    while (this.#clients.size > 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 5));
    for (const file of this.#files) await file.close();
  }

  #append(lines: string): void {
    let access = "";
    let error = "";
    let tls = "";
    for (const line of lines.slice(0, -1).split("\n")) {
      if (line[0] === "a") access += `${line.slice(1)}\n`;
      else if (line[0] === "t") tls += `${line.slice(1)}\n`;
      else error += `${line.slice(1)}\n`;
    }
    if (access !== "") this.access.write(access);
    if (error !== "") this.error.write(error);
    if (tls !== "") this.tls?.write(tls);
  }
}
