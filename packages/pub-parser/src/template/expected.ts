// How the grammar names what it expects, where that is more than one token.

export const expected = {
  statement: "a statement",
  /** Before an expression that follows an expression. */
  separator: "`;`, then another statement",
  /** After an expression statement, before what begins no statement. */
  statementEnd: "`;` or another statement",
  expression: "an expression",
  operatorOrEnd: "an operator or the end of the expression",
  body: "`{` or `{{`",
  key: "a name or a string as key",
  label: "an integer, a string, `true`, `false` or `null`",
  parameter: "a parameter name",
  bareItem: "a name, number, string, list or dictionary",
  bareStart: "`(`, a name, number, string, list or dictionary",
  bareEnd: "the end of the list without parentheses",
} as const;
