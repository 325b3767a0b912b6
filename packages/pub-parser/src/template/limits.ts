// How large a template's structure may be: bounds that keep every pass over the tree within the stack.

/** Brackets, blocks, zones, strings and interpolations inside each other. */
export const NESTING_LIMIT = 200;

/**
 * How deep the tree of an expression may be, what stands inside of its brackets included: the sum of the weights below on
 * the way to its deepest part. `a + b + c` is two deep. Generated code is as deep as the tree, and JavaScript engines read
 * code by recursion.
 */
export const DEPTH_LIMIT = 600;

/** What a node adds to the depth of an expression, by operator; 1 if it is not listed. What needs more code weighs more. */
export const WEIGHTS: Readonly<Record<string, number>> = { "|": 4, "=": 2, "=>": 2, "!": 3, "()": 2 };

/** `elif` branches of one `if`. */
export const BRANCH_LIMIT = 1000;

/** Diagnostics of the scanner, and errors of the grammar, for one file; later ones are hardly news. */
export const DIAGNOSTIC_LIMIT = 50;
