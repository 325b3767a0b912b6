// Entry point of the dispatcher process: obeys the launcher.
// It starts with nothing but its channels; listening sockets and service channels come as messages with descriptors.

import { becomeChild, CHILD_DESCRIPTORS, report } from "../process/child.js";
import { LogChannel } from "../process/log-channel.js";
import type { DispatcherOrder, DispatcherReport } from "../process/messages.js";
import type { ListenerHandle, NativeHandle, StreamHandle } from "../process/native-handles.js";
import { Dispatcher } from "./dispatcher.js";

becomeChild("okd-dispatcher", () => report<DispatcherReport>({ type: "terminate" }));

let flushInterval = 0;
const log = new LogChannel(CHILD_DESCRIPTORS.log, () => flushInterval);
let dispatcher: Dispatcher | null = null;

process.on("message", async (order: DispatcherOrder, handle: unknown) => {
  switch (order.type) {
    case "start":
      flushInterval = order.configuration.log.flushInterval;
      dispatcher = new Dispatcher(order.configuration, log);
      break;
    case "listener":
      try {
        dispatcher!.listen(handle as ListenerHandle, order.port);
        report<DispatcherReport>({ type: "listening", port: order.port });
      } catch (error) {
        const { message } = error as Error;
        report<DispatcherReport>({ type: "listen-failed", port: order.port, message });
      }
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
