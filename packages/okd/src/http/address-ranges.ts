// Sets of addresses, as directives name them: `10.0.0.0/8`, `::1`.

import { BlockList, isIP } from "node:net";

export class AddressRanges {
  readonly #list = new BlockList();
  readonly isEmpty: boolean;

  /** `ranges`: addresses with a number of leading bits that count. */
  constructor(ranges: readonly string[]) {
    this.isEmpty = ranges.length === 0;
    for (const range of ranges) {
      const [address, bits] = range.split("/");
      this.#list.addSubnet(address, Number(bits), isIP(address) === 6 ? "ipv6" : "ipv4");
    }
  }

  /** Null (a client without address) is in no range. */
  includes(address: string | null): boolean {
    if (address === null || this.isEmpty) return false;
    const plain = address.replace(/^::ffff:(?=\d+\.)/i, "");
    const version = isIP(plain);
    return version !== 0 && this.#list.check(plain, version === 6 ? "ipv6" : "ipv4");
  }
}
