/**
 * Who the client is when proxies stand between (server specification §3.8). Their headers count only when the peer of
 * the connection is a trusted proxy.
 */
import { BlockList, isIP } from "node:net";

/** Headers that tell the client's address, the first that exists counts. */
const ADDRESS_HEADERS = ["x-okws-real-ip", "cf-connecting-ip", "x-real-ip", "x-forwarded-for"];

type Header = (name: string) => string | undefined;

export interface ClientFacts {
  readonly address: string | null;
  readonly isSecure: boolean;
}

export class TrustedProxies {
  private readonly ranges = new BlockList();
  private readonly isEmpty: boolean;

  /** `ranges`: addresses, or ranges as `10.0.0.0/8`. Throws a `TypeError` for anything else. */
  constructor(ranges: readonly string[]) {
    this.isEmpty = ranges.length === 0;
    for (const range of ranges) {
      const [address, bits] = range.split("/");
      const version = isIP(address);
      if (version === 0) throw new TypeError(`${range} is no address and no range of addresses`);
      const family = version === 6 ? "ipv6" : "ipv4";
      this.ranges.addSubnet(address, bits === undefined ? (version === 6 ? 128 : 32) : Number(bits), family);
    }
  }

  /** The client of a request that came from `peer`. */
  client(peer: string | null, isEncrypted: boolean, header: Header): ClientFacts {
    if (this.isEmpty || peer === null || !this.trusts(peer) || !this.trustsChain(header)) {
      return { address: peer, isSecure: isEncrypted };
    }
    return { address: this.forwardedAddress(header) ?? peer, isSecure: forwardedSecurity(header) ?? isEncrypted };
  }

  private trusts(address: string): boolean {
    const plain = address.replace(/^::ffff:(?=\d+\.)/i, "");
    const version = isIP(plain);
    return version !== 0 && this.ranges.check(plain, version === 6 ? "ipv6" : "ipv4");
  }

  /** A proxy in front of the proxy must be trusted as well. */
  private trustsChain(header: Header): boolean {
    const source = header("x-okws-real-source");
    return source === undefined || header("x-okws-real-ip") !== undefined || this.trusts(source.trim());
  }

  private forwardedAddress(header: Header): string | undefined {
    for (const name of ADDRESS_HEADERS) {
      const value = header(name);
      if (value === undefined) continue;
      // What stands left of the first address that is not ours was written by the client.
      const addresses = value.split(",").map((part) => part.trim());
      const nearest = addresses.reverse().find((address) => !this.trusts(address));
      return nearest !== undefined && isIP(nearest) !== 0 ? nearest : undefined;
    }
    return undefined;
  }
}

function forwardedSecurity(header: Header): boolean | undefined {
  const protocol = header("x-forwarded-proto");
  if (protocol !== undefined) return protocol.split(",")[0].trim().toLowerCase() === "https";
  const visitor = header("cf-visitor");
  return visitor === undefined ? undefined : visitor.replace(/\s/g, "") === '{"scheme":"https"}';
}

/** An IPv4 address as a number; undefined for any other text. */
export function addressNumber(address: string | null): number | undefined {
  const plain = (address ?? "").replace(/^::ffff:/i, "");
  if (isIP(plain) !== 4) return undefined;
  return plain.split(".").reduce((number, part) => number * 256 + Number(part), 0);
}
