// Entry point of a TLS process, which alone can read the keys of its channel: obeys the launcher.

import { becomeChild, CHILD_DESCRIPTORS, report } from "../process/child.js";
import { DescriptorChannel } from "../process/descriptor-channel.js";
import { LogChannel } from "../process/log-channel.js";
import type { ListenerHandle, StreamHandle } from "../process/native-handles.js";
import { FRONT_DESCRIPTORS, type FrontReport, type TlsConfiguration, type TlsOrder } from "./messages.js";
import { SocketPairs } from "./socket-pairs.js";
import { TlsServer } from "./tls-server.js";

// The launcher decides when it ends.
becomeChild("okd-tls", () => {});

let flushInterval = 0;
const log = new LogChannel(CHILD_DESCRIPTORS.log, () => flushInterval);
let pairs: SocketPairs | null = null;
let server: TlsServer | null = null;

process.on("message", (order: TlsOrder, handle: unknown) => {
  switch (order.type) {
    case "start":
      start(order.configuration).catch((error: Error) => {
        const failure: FrontReport = { type: "failed", message: error.message };
        process.send!(failure, undefined, undefined, () => process.exit(1));
      });
      break;
    case "listener":
      server?.listen(handle as ListenerHandle, order.port);
      break;
    case "log":
      log.replace(handle as StreamHandle);
      break;
    case "stop":
      void stop();
      break;
  }
});

async function start(configuration: TlsConfiguration): Promise<void> {
  process.title = `okd-tls ${configuration.name}`;
  flushInterval = configuration.flushInterval;
  pairs = await SocketPairs.open(configuration.directory);
  server = new TlsServer(
    configuration,
    { dispatcher: openChannel(FRONT_DESCRIPTORS.dispatcher), http2: openChannel(FRONT_DESCRIPTORS.http2) },
    pairs,
    log,
  );
  for (const text of server.notices) report<FrontReport>({ type: "notice", text });
  report<FrontReport>({ type: "ready" });
}

/** To a process that only takes; when it is gone, the launcher starts another one of this process, too. */
function openChannel(descriptor: number): DescriptorChannel {
  return new DescriptorChannel(descriptor, log.handle, { message: () => {}, closed: () => {} });
}

async function stop(): Promise<void> {
  await server?.stop();
  pairs?.close();
  await log.end();
  process.exit(0);
}
