// From a grammar error to a diagnostic that helps: what was expected, what was found, and what the author probably meant.

import { makeDiagnostic } from "../catalogue.js";
import type { Diagnostic } from "../diagnostic.js";
import { describeToken, type Token } from "./tokens.js";

/** Makes the diagnostic for a token that the grammar did not accept. `expected` completes "Expected …". */
export function explainSyntaxError(_tokens: readonly Token[], found: Token, expected: string): Diagnostic {
  const span = { start: found.startOffset, end: found.end };
  return makeDiagnostic("unexpected-token", span, { values: { expected, found: describeToken(found) } });
}
