// Entry point of the dispatcher process: obeys the launcher.
// It starts with nothing but its channels; listening sockets and service channels come as messages with descriptors.

import type { ServerStatus } from "../manager/protocol.js";
import { becomeChild, CHILD_DESCRIPTORS, report } from "../process/child.js";
import { LogChannel } from "../process/log-channel.js";
import type { DispatcherOrder, DispatcherReport } from "../process/messages.js";
import type { ListenerHandle, NativeHandle, StreamHandle } from "../process/native-handles.js";
import { Dispatcher } from "./dispatcher.js";

becomeChild("okd-dispatcher", () => report<DispatcherReport>({ type: "terminate" }));

let flushInterval = 0;
const log = new LogChannel(CHILD_DESCRIPTORS.log, () => flushInterval);
let dispatcher: Dispatcher | null = null;
let acceptFrom = 0;

/** Milliseconds for the launcher to tell about the processes. */
const STATUS_TIME = 1000;

/** Those who want to know what the launcher knows. */
const asking: ((status: ServerStatus | null) => void)[] = [];

process.on("message", async (order: DispatcherOrder, handle: unknown) => {
  switch (order.type) {
    case "start":
      flushInterval = order.configuration.log.flushInterval;
      dispatcher = new Dispatcher(order.configuration, log, {
        wake: (cluster, sibling) => report<DispatcherReport>({ type: "wake", cluster, sibling }),
        kill: (cluster, sibling, signal) => report<DispatcherReport>({ type: "kill", cluster, sibling, signal }),
        wantListeners: () => report<DispatcherReport>({ type: "listeners-wanted" }),
        serverStatus,
      });
      acceptFrom = performance.now() + order.configuration.acceptDelay;
      break;
    case "configure":
      flushInterval = order.configuration.log.flushInterval;
      dispatcher!.configure(order.configuration);
      break;
    case "listener":
      setTimeout(() => listen(handle as ListenerHandle, order.port), Math.max(0, acceptFrom - performance.now()));
      break;
    case "status":
      for (const answer of asking.splice(0)) answer(order.status);
      break;
    case "standby":
      dispatcher!.standBy(order.cluster, order.sibling);
      break;
    case "service":
      dispatcher!.adopt(order.cluster, order.sibling, order.pid, handle as NativeHandle);
      break;
    case "given-up":
      dispatcher!.giveUp(order.cluster, order.sibling);
      break;
    case "front":
      dispatcher!.adoptFront(handle as NativeHandle);
      break;
    case "log":
      log.replace(handle as StreamHandle);
      break;
    case "stop":
      await dispatcher?.stop();
      await log.end();
      report<DispatcherReport>({ type: "stopped" });
      break;
  }
});

function listen(listener: ListenerHandle, port: number): void {
  try {
    dispatcher!.listen(listener, port);
    report<DispatcherReport>({ type: "listening", port });
  } catch (error) {
    report<DispatcherReport>({ type: "listen-failed", port, message: (error as Error).message });
  }
}

function serverStatus(): Promise<ServerStatus | null> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(null), STATUS_TIME);
    asking.push(resolve);
    report<DispatcherReport>({ type: "status-wanted" });
  });
}
