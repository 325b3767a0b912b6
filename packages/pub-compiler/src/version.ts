/**
 * Which compiler this is.
 */

/** Version of the compiler; it is part of every manifest. */
export const VERSION = "0.1.0";

declare const PUBC_BUILD: string | undefined;

/** Tells one build of the compiler from another: a hash of its sources. What one build has cached, no other may use. */
export const BUILD = typeof PUBC_BUILD === "string" ? PUBC_BUILD : "unbundled";
