// Entry point of a service process: one service, its channel to the dispatcher, its channel to the log daemon.
// It listens on no address; connections come as descriptors.

import { becomeChild, CHILD_DESCRIPTORS, report } from "../process/child.js";
import { DescriptorChannel } from "../process/descriptor-channel.js";
import { LogChannel } from "../process/log-channel.js";
import {
  decodeHandOver,
  encodeHandOver,
  HandOverKind,
  type ServiceConfiguration,
  type ServiceOrder,
  type ServiceReport,
} from "../process/messages.js";
import type { StreamHandle } from "../process/native-handles.js";
import { createStaticService } from "../static/static-service.js";
import { startDeclaredService } from "./declared-service.js";
import { DispatcherLink } from "./dispatcher-link.js";
import type { Service, ServiceContext } from "./service.js";
import { ServiceServer } from "./service-server.js";

becomeChild("okd-service", () => drain(false));

let flushInterval = 0;
let service: Service | null = null;
const log = new LogChannel(
  CHILD_DESCRIPTORS.log,
  () => flushInterval,
  () => service?.logLost?.(),
);
let deliver: (text: string) => Promise<string | null> = async () => "not ready";
let drain: (giveBack: boolean) => void = () => process.exit(0);

process.on("message", async (order: ServiceOrder, handle: unknown) => {
  if (order.type === "stop") {
    drain(false);
    return;
  }
  if (order.type === "log") {
    log.replace(handle as StreamHandle);
    return;
  }
  if (order.type === "message") {
    report<ServiceReport>({ type: "message-answer", id: order.id, failure: await deliver(order.text) });
    return;
  }
  const { configuration } = order;
  process.title = `okd-service ${configuration.name}`;
  flushInterval = configuration.log.flushInterval;
  // Stacks in the log name places in sources. It takes memory for each module, so that only developers get it.
  if (configuration.development) process.setSourceMapsEnabled(true);
  try {
    await run(configuration);
  } catch (error) {
    const failure: ServiceReport = { type: "failed", message: (error as Error).message };
    process.send!(failure, undefined, undefined, () => process.exit(1));
  }
});

function retire(): void {
  report<ServiceReport>({ type: "retire" });
}

function createService(context: ServiceContext): Promise<Service> {
  const { module } = context.configuration;
  return module === null ? createStaticService(context) : startDeclaredService(module, context);
}

async function run(configuration: ServiceConfiguration): Promise<void> {
  const writeError = (line: string) => log.write("error", line);
  const arrived: { handle: StreamHandle; payload: Buffer }[] = [];
  let hasGreeted = false;
  let announce = () => {};

  // Open before the service starts: its hooks may ask the dispatcher.
  const channel: DescriptorChannel = new DescriptorChannel(CHILD_DESCRIPTORS.handOver, log.handle, {
    message(kind, payload, handle) {
      if (kind === HandOverKind.connection && handle) {
        if (arrived.length === 0) setImmediate(takeArrived);
        arrived.push({ handle, payload: Buffer.from(payload) });
      } else if (kind === HandOverKind.hello) {
        hasGreeted = true;
        announce();
      } else if (kind === HandOverKind.drain) drain(true);
      else if (kind === HandOverKind.answer) link.answered(payload);
      else if (kind === HandOverKind.delivery) void link.delivered(payload);
    },
    closed() {
      link.closed();
      drain(false);
    },
  });
  const link = new DispatcherLink(channel, (line) => writeError(`${configuration.name}: ${line}`));

  const started = await createService({ configuration, log: writeError, retire, dispatcher: link });
  service = started;
  link.handlers = started.custom ?? {};
  deliver = async (text) => (started.message ? started.message(text) : "no messages handled");

  /** Connections on their way back to the dispatcher. */
  let handingBack = 0;
  let isDrained = false;
  const server = new ServiceServer(configuration, started, log, {
    handBack(handle, handOver, bytes) {
      if (!channel.isOpen) {
        handle.close();
        return;
      }
      handingBack++;
      channel.send(HandOverKind.handBack, encodeHandOver(handOver, bytes.toString("latin1")), handle, () => {
        handle.close();
        handingBack--;
        if (isDrained) exit();
      });
    },
    drained() {
      isDrained = true;
      exit();
    },
  });

  /**
   * What came in during one round of the event loop is acknowledged before it is served: a connection that was not
   * acknowledged has had no effect yet, so that the dispatcher may give it to another process if this one dies.
   */
  const takeArrived = () => {
    const taken = arrived.splice(0);
    channel.send(HandOverKind.taken, String(taken.length));
    for (const { handle, payload } of taken) {
      const { handOver, bytes } = decodeHandOver(payload);
      server.accept(handle, handOver, bytes);
    }
  };

  let exiting = false;
  const exit = async (isLate = false) => {
    if (exiting || (handingBack > 0 && channel.isOpen && !isLate)) return;
    exiting = true;
    server.close();
    // The service may have something to say to others at its end.
    await started.close?.();
    channel.close();
    await log.end();
    process.exit(0);
  };

  let stopping = false;
  drain = (giveBack) => {
    if (!stopping) started.stopping?.();
    stopping = true;
    setTimeout(() => exit(true), configuration.drainTimeout).unref();
    // After the round in which connections may have come that were sent before.
    setImmediate(() => setImmediate(() => server.drain(giveBack)));
  };

  announce = () => {
    channel.send(HandOverKind.ready);
    report<ServiceReport>({ type: "ready" });
  };
  if (hasGreeted) announce();
}
