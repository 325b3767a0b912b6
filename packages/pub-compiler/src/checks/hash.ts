/**
 * Hashes that tell contents apart.
 */
import { createHash } from "node:crypto";

/** Tells contents apart; not meant to withstand an attack. */
export function contentHash(bytes: Buffer | string): string {
  return createHash("sha1").update(bytes).digest("base64url");
}
