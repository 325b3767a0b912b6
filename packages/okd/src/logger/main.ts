// Entry point of the log daemon process: obeys the launcher.
// It listens on no address; every client is a descriptor that the launcher sends.

import net from "node:net";
import { becomeChild, CHILD_DESCRIPTORS, report } from "../process/child.js";
import type { LoggerOrder, LoggerReport } from "../process/messages.js";
import type { StreamHandle } from "../process/native-handles.js";
import { LogDaemon } from "./log-daemon.js";

// The others may still have something to say when somebody ends this process: the launcher's order counts.
becomeChild("okd-logger", () => {});

const { promise: started, resolve: start } = deferred<LogDaemon>();

process.on("message", async (order: LoggerOrder, handle: unknown) => {
  switch (order.type) {
    case "start":
      try {
        const daemon = await LogDaemon.start(order.configuration, trouble);
        for (let index = 0; index < order.inherited; index++) {
          daemon.addClient(new net.Socket({ fd: CHILD_DESCRIPTORS.log + index }));
        }
        start(daemon);
        report<LoggerReport>({ type: "ready" });
      } catch (error) {
        report<LoggerReport>({ type: "failed", message: (error as Error).message });
      }
      break;
    case "client":
      (await started).addClient(new net.Socket({ handle: handle as StreamHandle } as net.SocketConstructorOpts));
      break;
    case "operator":
      (await started).operatorLine(order.line);
      break;
    case "turn":
      report<LoggerReport>({ type: "turned", failure: await turn() });
      break;
    case "finish":
      await (await started).finish(order.limit);
      process.exit(0);
  }
});

// For rotation tools that know the pid file only (server specification §5.5).
process.on("SIGHUP", async () => {
  const failure = await turn();
  if (failure !== null) trouble(`** logger failed to turn over logs: ${failure}`);
});

/** Opens the logs again. Resolves to why nothing has changed, or null. */
async function turn(): Promise<string | null> {
  try {
    await (await started).turn();
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

function trouble(line: string): void {
  report<LoggerReport>({ type: "trouble", line });
}

function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
