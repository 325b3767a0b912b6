// A server for tests with a management socket, and the manager's command for it.

import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ServerStatus } from "../manager/protocol.js";
import { eventually, type RunningServer, type ServerSetUp, startServer } from "./run-server.js";

export interface CommandResult {
  status: number;
  stdout: string;
  stderr: string;
}

export interface ManagedServer {
  server: RunningServer;
  /** Runs `okmgr` with these arguments and the server's configuration. */
  okmgr(...argumentList: string[]): Promise<CommandResult>;
  status(): Promise<ServerStatus>;
  /** States of the places of a service, once they are as expected. */
  states(name: string, expected: string[]): Promise<void>;
  /** Replaces the configuration file; the lines of the management socket stay. */
  configure(configuration: string): void;
}

export async function startManagedServer(setUp: ServerSetUp & { configuration: string }): Promise<ManagedServer> {
  const complete = (lines: string) => `JailDir FOLDER\nOkMgrSocket okd.sock\n${lines}`;
  const server = await startServer({ ...setUp, configuration: complete(setUp.configuration) });
  const file = join(server.folder, "okws_config");
  const okmgr: ManagedServer["okmgr"] = (...argumentList) =>
    new Promise((resolve) => {
      const command = [join(setUp.programs, "okmgr.js"), ...argumentList, "--config", file];
      const options = { cwd: server.folder, maxBuffer: 1 << 28 };
      const child = execFile(process.execPath, command, options, (_error, stdout, stderr) => {
        resolve({ status: child.exitCode!, stdout, stderr });
      });
    });
  const status = async () => JSON.parse((await okmgr("status", "--json")).stdout) as ServerStatus;
  return {
    server,
    okmgr,
    status,
    states: (name, expected) =>
      eventually(async () => {
        const states = (await status()).services.filter((service) => service.name === name).map(({ state }) => state);
        if (states.join() !== expected.join()) throw new Error(`${name} is ${states}, not ${expected}`);
      }),
    configure: (configuration) => writeFileSync(file, complete(configuration).replaceAll("FOLDER", server.folder)),
  };
}
