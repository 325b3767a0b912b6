// The description of a cipher as it stands in logs and in what services are told.

import type { CipherNameAndProtocol } from "node:tls";

/** `<cipher name>--<bits>--<protocol version>` (server specification §1.13). */
export function describeCipher({ name }: CipherNameAndProtocol, protocol: string | null): string {
  return `${name}--${keyLength(name)}--${protocol ?? "unknown"}`;
}

/** Bits of the symmetric key, which the names of ciphers tell. */
function keyLength(name: string): number {
  if (/CHACHA20|256/.test(name.replace(/SHA256$/, ""))) return 256;
  return 128;
}
