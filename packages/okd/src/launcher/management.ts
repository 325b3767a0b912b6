// What the manager may ask of a running server, carried out on its processes.

import { type ManagerAnswer, type ManagerRequest, parseServiceName } from "../manager/protocol.js";
import type { ServiceSlot } from "./service-slot.js";

/** The parts of the server that the manager reaches. */
export interface ManagedServer {
  slots: ServiceSlot[];
  turnLogs(): Promise<void>;
  status(): NonNullable<ManagerAnswer["status"]>;
  log(line: string): void;
}

export async function manage(server: ManagedServer, request: ManagerRequest): Promise<ManagerAnswer> {
  switch (request.command) {
    case "status":
      return { failures: [], status: server.status() };
    case "turn-logs":
      await server.turnLogs();
      return { failures: [] };
    case "relaunch":
      return forEachChosen(server, request.services, (slot) => {
        server.log(`++ service ${slot.plan.label}: relaunch ordered`);
        return slot.relaunch();
      });
    case "message":
      return forEachChosen(server, request.services, (slot) => slot.message(request.text));
    default:
      throw new Error("unknown command");
  }
}

/** `act` resolves to null or to what went wrong. All chosen processes are treated, whatever fails. */
async function forEachChosen(
  { slots }: ManagedServer,
  names: string[] | null,
  act: (slot: ServiceSlot) => Promise<string | null>,
): Promise<ManagerAnswer> {
  const failures: string[] = [];
  const chosen = new Set(names === null ? slots : []);
  for (const text of names ?? []) {
    const { name, sibling } = parseServiceName(text);
    const matching = slots.filter(
      ({ plan }) => plan.cluster === text || (plan.cluster === name && (sibling === null || plan.sibling === sibling)),
    );
    if (matching.length === 0) failures.push(`cannot find program: ${text}`);
    for (const slot of matching) chosen.add(slot);
  }
  const results = await Promise.all([...chosen].map(async (slot) => ({ slot, failure: await act(slot) })));
  for (const { slot, failure } of results) if (failure !== null) failures.push(`${slot.plan.label}: ${failure}`);
  return { failures };
}
