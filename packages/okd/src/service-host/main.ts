// Entry point of a service process: one service, its channel to the dispatcher, its channel to the log daemon.
// Connections come as descriptors; it listens only on the direct ports that the launcher has opened for it.

import { getHeapSnapshot } from "node:v8";
import { becomeChild, CHILD_DESCRIPTORS, report } from "../process/child.js";
import { LogChannel } from "../process/log-channel.js";
import type { ServiceConfiguration, ServiceOrder, ServiceReport } from "../process/messages.js";
import type { ListenerHandle, StreamHandle } from "../process/native-handles.js";
import { createStaticService } from "../static/static-service.js";
import { startDeclaredService } from "./declared-service.js";
import { RunningProcess } from "./running-process.js";
import type { Service, ServiceContext } from "./service.js";

becomeChild("okd-service", () => {
  if (running === null) process.exit(0);
  running.drain(false);
});

let flushInterval = 0;
const log = new LogChannel(
  CHILD_DESCRIPTORS.log,
  () => flushInterval,
  () => running?.logLost(),
);
let running: RunningProcess | null = null;
/** What the process is told before its service has started. */
const early: { order: ServiceOrder; handle: unknown }[] = [];
let hasStarted = false;

process.on("message", async (order: ServiceOrder, handle: unknown) => {
  if (order.type === "start") await start(order.configuration);
  else if (order.type === "log") log.replace(handle as StreamHandle);
  else if (running === null || !hasStarted) {
    if (order.type === "stop") process.exit(0);
    early.push({ order, handle });
  } else await obey(running, order, handle);
});

async function start(configuration: ServiceConfiguration): Promise<void> {
  process.title = `okd-service ${configuration.name}`;
  flushInterval = configuration.log.flushInterval;
  // Stacks in the log name places in sources. It takes memory for each module, so that only developers get it.
  if (configuration.development) process.setSourceMapsEnabled(true);
  const { module, programArguments } = configuration;
  process.argv.splice(1, Number.POSITIVE_INFINITY, module ?? process.argv[1], ...programArguments);
  try {
    if (configuration.waitForContinue) await continued(configuration.name);
    running = new RunningProcess(configuration, log);
    await running.start(createService);
    hasStarted = true;
    for (const { order, handle } of early.splice(0)) await obey(running, order, handle);
    report<ServiceReport>({ type: "started" });
  } catch (error) {
    const failure: ServiceReport = { type: "failed", message: (error as Error).message };
    process.send!(failure, undefined, undefined, () => process.exit(1));
  }
}

async function obey(service: RunningProcess, order: ServiceOrder, handle: unknown): Promise<void> {
  switch (order.type) {
    case "stop":
      service.drain(false);
      break;
    case "announce":
      service.announce();
      break;
    case "update":
      service.update(order.update);
      break;
    case "site":
      service.siteChanged();
      break;
    case "listener":
      service.listen(handle as ListenerHandle, order.port);
      break;
    case "message":
      report<ServiceReport>({ type: "answer", id: order.id, failure: await service.message(order.text) });
      break;
    case "heap":
      for await (const text of getHeapSnapshot().setEncoding("utf8")) {
        report<ServiceReport>({ type: "piece", id: order.id, text });
      }
      report<ServiceReport>({ type: "answer", id: order.id, failure: null });
      break;
  }
}

/** Resolves on SIGCONT: a debugger may be attached until then. */
async function continued(name: string): Promise<void> {
  log.write("error", `${name}: process ${process.pid} waits for SIGCONT`);
  log.flush();
  await new Promise<void>((resolve) => process.once("SIGCONT", () => resolve()));
}

function createService(context: ServiceContext): Promise<Service> {
  const { module } = context.configuration;
  return module === null ? createStaticService(context) : startDeclaredService(module, context);
}
