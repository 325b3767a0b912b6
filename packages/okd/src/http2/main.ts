// Entry point of the HTTP/2 gateway: takes decrypted connections from the TLS processes. It holds no key.

import { becomeChild, CHILD_DESCRIPTORS, report } from "../process/child.js";
import { DescriptorChannel } from "../process/descriptor-channel.js";
import { LogChannel } from "../process/log-channel.js";
import type { NativeHandle, StreamHandle } from "../process/native-handles.js";
import { decodeFrontConnection, FRONT_DESCRIPTORS, type FrontReport, type Http2Order } from "../tls/messages.js";
import { SocketPairs } from "../tls/socket-pairs.js";
import { Http2Gateway } from "./gateway.js";

// The launcher decides when it ends.
becomeChild("okd-http2", () => {});

let flushInterval = 0;
const log = new LogChannel(CHILD_DESCRIPTORS.log, () => flushInterval);
let pairs: SocketPairs | null = null;
let gateway: Http2Gateway | null = null;

process.on("message", async (order: Http2Order, handle: unknown) => {
  switch (order.type) {
    case "start":
      flushInterval = order.configuration.flushInterval;
      try {
        pairs = await SocketPairs.open(order.configuration.directory);
        const dispatcher = new DescriptorChannel(FRONT_DESCRIPTORS.dispatcher, log.handle, {
          message: () => {},
          closed: () => {},
        });
        gateway = new Http2Gateway(order.configuration, dispatcher, pairs);
        report<FrontReport>({ type: "ready" });
      } catch (error) {
        const failure: FrontReport = { type: "failed", message: (error as Error).message };
        process.send!(failure, undefined, undefined, () => process.exit(1));
      }
      break;
    case "source":
      listenTo(handle as NativeHandle);
      break;
    case "log":
      log.replace(handle as StreamHandle);
      break;
    case "stop":
      await gateway?.stop();
      pairs?.close();
      await log.end();
      process.exit(0);
  }
});

function listenTo(end: NativeHandle): void {
  const channel: DescriptorChannel = new DescriptorChannel(end.fd, end, {
    message: (_kind, payload, handle) => {
      if (!handle) return;
      if (gateway) gateway.accept(handle, decodeFrontConnection(payload));
      else handle.close();
    },
    closed: () => channel.close(),
  });
}
