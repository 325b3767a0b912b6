// Entry point of the log daemon process: obeys the launcher.
// It listens on no address; every client is a descriptor that the launcher sends.

import net from "node:net";
import { becomeChild, CHILD_DESCRIPTORS, report } from "../process/child.js";
import type { LoggerOrder, LoggerReport } from "../process/messages.js";
import type { StreamHandle } from "../process/native-handles.js";
import { LogDaemon } from "./log-daemon.js";

// The others may still have something to say when somebody ends this process: the launcher's order counts.
becomeChild("okd-logger", () => {});

let daemon: LogDaemon | null = null;

process.on("message", async (order: LoggerOrder, handle: unknown) => {
  switch (order.type) {
    case "start":
      try {
        daemon = await LogDaemon.start(order.configuration);
        for (let index = 0; index < order.inherited; index++) {
          daemon.addClient(new net.Socket({ fd: CHILD_DESCRIPTORS.log + index }));
        }
        report<LoggerReport>({ type: "ready" });
      } catch (error) {
        report<LoggerReport>({ type: "failed", message: (error as Error).message });
      }
      break;
    case "client":
      daemon!.addClient(new net.Socket({ handle: handle as StreamHandle } as net.SocketConstructorOpts));
      break;
    case "operator":
      daemon!.operatorLine(order.line);
      break;
    case "turn":
      try {
        await daemon!.turn();
        report<LoggerReport>({ type: "turned", failure: null });
      } catch (error) {
        report<LoggerReport>({ type: "turned", failure: (error as Error).message });
      }
      break;
    case "finish":
      await daemon?.finish();
      process.exit(0);
  }
});
