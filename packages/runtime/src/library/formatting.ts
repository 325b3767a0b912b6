/**
 * Numbers through C formats (pub-library.md §4.6): `format_float`, `format_int`.
 */
import type { Value } from "../values/types.js";
import type { BuiltinDefinition, CallContext } from "./builtin.js";
import { formatNumber } from "./printf.js";

export const formattingFunctions: BuiltinDefinition[] = [
  {
    name: "format_float",
    pattern: "sf",
    parameters: ["format", "number"],
    documentation: 'A float as a C format such as "%8.2f" writes it; at most 1023 bytes.',
    call: (_context: CallContext, format: string, value: number): Value => formatNumber(format, { float: value }),
  },
  {
    name: "format_int",
    pattern: "si",
    parameters: ["format", "number"],
    documentation: 'The low 32 bits of an integer as a C format such as "%05d" writes them; at most 1023 bytes.',
    call: (_context: CallContext, format: string, value: number | bigint): Value =>
      formatNumber(format, { integer: Number(BigInt.asIntN(32, BigInt(value))) }),
  },
];
