/**
 * Version functions (pub-library.md §4.17): the versions of the reference whose language and library this is, because
 * pages compare them.
 */
import { makeUInt } from "../values/index.js";
import type { BuiltinDefinition } from "./builtin.js";

const LIBRARY_VERSION = [3, 0, 20] as const;
/** Major, minor, patch, sub-release. */
const SERVER_VERSION = [3, 1, 38, 1] as const;

export const versionFunctions: BuiltinDefinition[] = [
  {
    name: "version_str",
    pattern: "",
    parameters: [],
    documentation: "The version of the function library, such as 3.0.20.",
    call: () => LIBRARY_VERSION.join("."),
  },
  {
    name: "version_int",
    pattern: "",
    parameters: [],
    documentation: "The version of the function library as a number that grows with it, such as 3000020.",
    call: () => makeUInt((LIBRARY_VERSION[0] * 1000 + LIBRARY_VERSION[1]) * 1000 + LIBRARY_VERSION[2]),
  },
  {
    name: "okws_version_str",
    pattern: "",
    parameters: [],
    documentation: "The version of the server, such as 3.1.38.1.",
    call: () => SERVER_VERSION.join("."),
  },
  {
    name: "okws_version_int",
    pattern: "",
    parameters: [],
    documentation: "The version of the server as a number that grows with it.",
    // Sub-releases count from 100; numbers below are pre-releases.
    call: () =>
      makeUInt(
        ((SERVER_VERSION[0] * 256 + SERVER_VERSION[1]) * 256 + SERVER_VERSION[2]) * 256 + 100 + SERVER_VERSION[3],
      ),
  },
];
