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
        const daemon = await LogDaemon.start(order.configuration);
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
      try {
        await (await started).turn();
        report<LoggerReport>({ type: "turned", failure: null });
      } catch (error) {
        report<LoggerReport>({ type: "turned", failure: (error as Error).message });
      }
      break;
    case "finish":
      await (await started).finish();
      process.exit(0);
  }
});

function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
