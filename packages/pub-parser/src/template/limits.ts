// How large a template's structure may be: bounds that keep every pass over the tree within the stack.

/** Brackets, blocks, zones, strings and interpolations inside each other. */
export const NESTING_LIMIT = 200;

/** Operators, assignments, `!` or postfixes in one expression without brackets. */
export const CHAIN_LIMIT = 5000;

/** Diagnostics of the scanner, and errors of the grammar, for one file; later ones are hardly news. */
export const DIAGNOSTIC_LIMIT = 50;
