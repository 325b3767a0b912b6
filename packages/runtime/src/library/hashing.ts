/**
 * Hashing (pub-library.md §4.12): `sha1`.
 */
import { createHash } from "node:crypto";
import type { Value } from "../values/types.js";
import type { BuiltinDefinition, CallContext } from "./builtin.js";

/** SHA-1 of a byte string as 40 lower-case hexadecimal digits. */
export function sha1(s: string): string {
  return createHash("sha1").update(s, "latin1").digest("hex");
}

export const hashingFunctions: BuiltinDefinition[] = [
  {
    name: "sha1",
    pattern: "s",
    parameters: ["text"],
    documentation: "SHA-1 hash of the bytes of a text, as 40 hexadecimal digits.",
    call: (_context: CallContext, s: string): Value => sha1(s),
  },
];
