// What the manager may ask of a running server, carried out on its processes.

import {
  type ManagerAnswer,
  type ManagerRequest,
  PROFILE_LIMIT,
  parseServiceName,
  SIBLING_LIMIT,
} from "../manager/protocol.js";
import { recordProfile } from "./profile.js";
import type { ServiceSlot } from "./service-slot.js";

/** The parts of the server that the manager reaches. */
export interface ManagedServer {
  slots(): readonly ServiceSlot[];
  turnLogs(): Promise<void>;
  /** Resolves to what speaks against the change. */
  reload(): Promise<string[]>;
  scale(name: string, siblings: number): Promise<string[]>;
  status(): NonNullable<ManagerAnswer["status"]>;
  log(line: string): void;
}

/** `piece` gets a file that was asked for in parts. Throws for what is no request. */
export async function manage(
  server: ManagedServer,
  request: ManagerRequest,
  piece: (text: string) => void,
): Promise<ManagerAnswer> {
  switch (request.command) {
    case "status":
      return { failures: [], status: server.status() };
    case "turn-logs":
      await server.turnLogs();
      return { failures: [] };
    case "reload":
      return { failures: await server.reload() };
    case "scale":
      return scale(server, request.services, request.siblings);
    case "relaunch":
      return forEachChosen(server, request.services, (slot) => {
        server.log(`++ service ${slot.plan.label}: relaunch ordered`);
        return slot.relaunch();
      });
    case "drain":
      return forEachChosen(server, request.services, async (slot) => {
        server.log(`++ service ${slot.plan.label}: drain ordered`);
        slot.drain();
        return null;
      });
    case "revive":
      return forEachChosen(server, request.services, (slot) => slot.revive());
    case "message":
      return forEachChosen(server, request.services, (slot) => slot.message(request.text));
    case "heap":
      return forTheChosen(server, request.service, async ({ process }) =>
        process === null ? "dead child" : process.heapSnapshot(piece),
      );
    case "profile":
      return forTheChosen(server, request.service, (slot) => {
        const seconds = Number(request.seconds);
        if (!(seconds > 0 && seconds <= PROFILE_LIMIT))
          throw new Error(`a profile takes 1 to ${PROFILE_LIMIT} seconds`);
        server.log(`++ service ${slot.plan.label}: profile of ${seconds} s ordered`);
        return recordProfile(slot, seconds * 1000, piece);
      });
    default:
      throw new Error("unknown command");
  }
}

async function scale(server: ManagedServer, names: string[], siblings: number): Promise<ManagerAnswer> {
  if (!Number.isInteger(siblings) || siblings < 1 || siblings > SIBLING_LIMIT) {
    return { failures: [`a service has 1 to ${SIBLING_LIMIT} siblings, not ${siblings}`] };
  }
  const failures: string[] = [];
  for (const name of names) {
    if (server.slots().some(({ plan }) => plan.cluster === name))
      failures.push(...(await server.scale(name, siblings)));
    else failures.push(`cannot find program: ${name}`);
  }
  return { failures };
}

/** The places that a name stands for (server specification §1.12). */
function slotsOf(server: ManagedServer, text: string): ServiceSlot[] {
  const { name, sibling } = parseServiceName(text);
  return server
    .slots()
    .filter(
      ({ plan }) => plan.cluster === text || (plan.cluster === name && (sibling === null || plan.sibling === sibling)),
    );
}

/** `act` resolves to null or to what went wrong. All chosen processes are treated, whatever fails. */
async function forEachChosen(
  server: ManagedServer,
  names: string[] | null,
  act: (slot: ServiceSlot) => Promise<string | null>,
): Promise<ManagerAnswer> {
  const failures: string[] = [];
  const chosen = new Set(names === null ? server.slots() : []);
  for (const text of names ?? []) {
    const matching = slotsOf(server, text);
    if (matching.length === 0) failures.push(`cannot find program: ${text}`);
    for (const slot of matching) chosen.add(slot);
  }
  const results = await Promise.all([...chosen].map(async (slot) => ({ slot, failure: await act(slot) })));
  for (const { slot, failure } of results) if (failure !== null) failures.push(`${slot.plan.label}: ${failure}`);
  return { failures };
}

/** Diagnostics are of one process: without a number, of the first sibling. */
function forTheChosen(
  server: ManagedServer,
  text: string,
  act: (slot: ServiceSlot) => Promise<string | null>,
): Promise<ManagerAnswer> {
  const [first] = slotsOf(server, text);
  const name = first && `${first.plan.cluster}:${first.plan.sibling}`;
  return forEachChosen(server, [name ?? text], act);
}
