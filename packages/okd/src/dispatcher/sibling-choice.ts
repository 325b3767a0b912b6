// Which sibling of a service is tried first for a connection (`ChildMode`, server specification §3.5).

import { isIPv4 } from "node:net";
import { TrustedProxies } from "pub-runtime/service";
import { headerOf } from "../http/request-head.js";
import type { DispatcherConfiguration } from "../process/messages.js";
import type { Arrival } from "./arrival.js";

/** Gives the number of a sibling below `count`. */
export type SiblingChoice = (arrival: Arrival, count: number) => number;

export function siblingChoice(
  configuration: Pick<DispatcherConfiguration, "siblingChoice" | "trustedProxies">,
): SiblingChoice {
  switch (configuration.siblingChoice) {
    case "random":
      return (_arrival, count) => Math.floor(Math.random() * count);
    case "forwarded-address":
      return byForwardedAddress(new TrustedProxies(configuration.trustedProxies));
    case "tls-ordinal":
      return (arrival, count) => {
        const ordinal = arrival.origin?.ordinal ?? 0;
        return ordinal > 0 ? (ordinal - 1) % count : byAddress(arrival, count);
      };
    default:
      return byAddress;
  }
}

/** One client always reaches the same sibling. */
function byAddress(arrival: Arrival, count: number): number {
  let hash = 0;
  for (const character of arrival.clientAddress ?? "") {
    hash = (Math.imul(hash, 31) + character.charCodeAt(0)) >>> 0;
  }
  return hash % count;
}

function byForwardedAddress(proxies: TrustedProxies): SiblingChoice {
  return (arrival, count) => {
    const peer = arrival.clientAddress;
    const text = arrival.head?.text ?? "";
    const { address } = proxies.client(peer, false, (name) => headerOf(text, name));
    const plain = address?.replace(/^::ffff:/i, "") ?? "";
    if (address === peer || !isIPv4(plain)) return byAddress(arrival, count);
    return plain.split(".").reduce((number, part) => number * 256 + Number(part), 0) % count;
  };
}
