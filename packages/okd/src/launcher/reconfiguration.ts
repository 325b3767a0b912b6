// Going over to another configuration: what may not change, and the service processes that must be started, replaced,
// informed or ended. Everything that may fail happens before anything changes.

import type { Settings } from "../config/settings.js";
import type { ServiceSlot, SlotPlan, Successor } from "./service-slot.js";

/** What a running server cannot change: identities are given away and ports opened at its start. */
const FIXED: { what: string; of(settings: Settings): unknown }[] = [
  {
    what: "addresses and ports (BindAddr, ListenPorts, ListenSocket, ListenQueueSize)",
    of: ({ network }) => [
      network.listen,
      network.address,
      network.referencePort,
      network.listenQueueSize,
      network.sockets,
    ],
  },
  { what: "users, groups and ids", of: ({ identities }) => identities },
  { what: "directories (JailDir, ServiceBin, CoreDumpDir, SocketDir, TopDir)", of: ({ directories }) => directories },
  { what: "the management socket (OkMgrSocket...)", of: ({ manager }) => manager },
  { what: "TLS channels", of: ({ tls }) => tls },
];

/** What speaks against going over, one text for each thing that needs a restart. */
export function fixedDifferences(old: Settings, changed: Settings): string[] {
  return FIXED.filter(({ of }) => JSON.stringify(of(old)) !== JSON.stringify(of(changed))).map(
    ({ what }) => `${what} cannot be changed without a restart`,
  );
}

export interface PreparedSlots {
  failures: string[];
  /** All places of the new configuration. */
  slots: ServiceSlot[];
  /** Lets new processes take over, informs the others, ends those that are gone; resolves to what still failed. */
  commit(): Promise<string[]>;
  /** Ends the new processes; everything stays as it was. */
  discard(): void;
}

/** Starts the processes that `plans` needs, beside the ones that run. */
export async function prepareSlots(
  current: readonly ServiceSlot[],
  plans: readonly SlotPlan[],
  create: (plan: SlotPlan) => ServiceSlot,
): Promise<PreparedSlots> {
  const places = plans.map((plan) => {
    const known = current.find(
      ({ plan: { cluster, sibling } }) => cluster === plan.cluster && sibling === plan.sibling,
    );
    return { plan, slot: known ?? create(plan), isNew: known === undefined };
  });
  const starting = places.filter(({ plan, slot, isNew }) =>
    isNew ? !plan.isLazy : slot.plan.key !== plan.key && slot.hasProcess,
  );
  const successors = await Promise.all(starting.map(async ({ slot, plan }): Promise<Successor> => slot.prepare(plan)));
  const slots = places.map(({ slot }) => slot);
  return {
    failures: successors.flatMap(({ failure }, index) =>
      failure === null ? [] : [`${starting[index].plan.label}: ${failure}`],
    ),
    slots,
    async commit() {
      for (const slot of current) if (!slots.includes(slot)) slot.retire();
      const takeOvers = successors.map(async (successor, index) => {
        const failure = await successor.commit();
        return failure === null ? [] : [`${starting[index].plan.label}: ${failure}`];
      });
      for (const place of places) {
        if (starting.includes(place)) continue;
        const { plan, slot, isNew } = place;
        if (isNew) slot.standBy();
        else slot.update(plan);
      }
      return (await Promise.all(takeOvers)).flat();
    },
    discard() {
      for (const successor of successors) if (successor.failure === null) successor.discard();
    },
  };
}
