// The only writer of the log files: takes entries from the private channels of all processes and appends them.

import { readFileSync, rmSync, writeFileSync } from "node:fs";
import type { Socket } from "node:net";
import { timestamp } from "../http/access-line.js";
import { jsonBytes, operatorLevel } from "../http/json-entry.js";
import type { LoggerConfiguration } from "../process/messages.js";
import { LogClient } from "./log-client.js";
import { LogFile, type LogFileRules } from "./log-file.js";

export class LogDaemon {
  readonly #clients = new Set<LogClient>();
  readonly #configuration: LoggerConfiguration;
  readonly #access: LogFile;
  readonly #error: LogFile;
  /** Null: entries are dropped. */
  readonly #tls: LogFile | null;

  private constructor(configuration: LoggerConfiguration, access: LogFile, error: LogFile, tls: LogFile | null) {
    this.#configuration = configuration;
    this.#access = access;
    this.#error = error;
    this.#tls = tls;
  }

  get #files(): LogFile[] {
    return this.#tls ? [this.#access, this.#error, this.#tls] : [this.#access, this.#error];
  }

  /** Opens the logs. Rejects when a file cannot be opened. `trouble` tells the operator what no log can. */
  static async start(configuration: LoggerConfiguration, trouble: (line: string) => void): Promise<LogDaemon> {
    const { accessLog, errorLog, tlsLog, pidFile } = configuration;
    const rules: LogFileRules = { ...configuration, trouble };
    const access = await LogFile.open(accessLog, process.stdout, rules);
    const error = await LogFile.open(errorLog, process.stderr, rules);
    const tls = tlsLog === null ? null : await LogFile.open(tlsLog, process.stdout, rules);
    if (pidFile !== null) writeFileSync(pidFile, `${process.pid}\n`);
    return new LogDaemon(configuration, access, error, tls);
  }

  /** Serves one more process. */
  addClient(socket: Socket): void {
    const client: LogClient = new LogClient(socket, {
      lines: (mark, text) => this.#append(mark, text),
      dropped: (bytes) => this.operatorLine(`** ${bytes} bytes of log entries dropped: a process writes too many`),
      closed: () => this.#clients.delete(client),
    });
    this.#clients.add(client);
  }

  /** One line of the launcher, which begins with a severity mark. */
  operatorLine(line: string): void {
    const now = Date.now();
    if (!this.#configuration.json) this.#error.write(`okd ${timestamp(now)} ${line}\n`);
    else this.#error.write(this.#jsonText({ ...operatorLevel(line), service: "okd" }));
  }

  /** Opens the files again under their names (log rotation); on failure (rejection) nothing changes. */
  async turn(): Promise<void> {
    const opened = await Promise.allSettled(this.#files.map((file) => file.reopen()));
    const failed = opened.find((result) => result.status === "rejected");
    for (const result of opened) if (result.status === "fulfilled") await result.value(failed === undefined);
    if (failed) throw failed.reason;
  }

  /** Waits at most `limit` milliseconds for the clients to close their channels, then closes the logs. */
  async finish(limit: number): Promise<void> {
    const deadline = Date.now() + limit;
    while (this.#clients.size > 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 5));
    for (const file of this.#files) await file.close();
    this.#removePidFile();
  }

  #append(mark: string, lines: string): void {
    if (mark === "a") this.#access.write(lines);
    else if (mark === "t") this.#tls?.write(lines);
    // What a service says in its own words must not pass for an entry of the server.
    else if (!this.#configuration.json || mark === "E") this.#error.write(lines);
    else {
      const entries = lines.slice(0, -1).split("\n");
      this.#error.write(entries.map((message) => this.#jsonText({ level: "info", message })).join(""));
    }
  }

  #jsonText(entry: object): string {
    return `${jsonBytes({ time: new Date().toISOString(), ...entry })}\n`;
  }

  /** Unless another daemon has put its own there. */
  #removePidFile(): void {
    const { pidFile } = this.#configuration;
    try {
      if (pidFile !== null && Number(readFileSync(pidFile, "latin1")) === process.pid) rmSync(pidFile);
    } catch {
      // Somebody has removed it.
    }
  }
}
