/**
 * What PCRE says of a pattern that it refuses; and the two ways in which parsing a pattern ends early.
 * Texts and offsets are those of PCRE 8.39, because pages and logs show them (pub-library.md §4.4).
 */

/** PCRE's messages, without the full stop that is printed behind them. */
export const patternMessages = {
  backslashAtEnd: "\\ at end of pattern",
  controlAtEnd: "\\c at end of pattern",
  unknownEscape: "unrecognized character follows \\",
  quantifierOrder: "numbers out of order in {} quantifier",
  quantifierTooBig: "number too big in {} quantifier",
  classUnterminated: "missing terminating ] for character class",
  classEscape: "invalid escape sequence in character class",
  rangeOrder: "range out of order in character class",
  nothingToRepeat: "nothing to repeat",
  unknownGroup: "unrecognized character after (? or (?-",
  posixOutsideClass: "POSIX named classes are supported only within a class",
  missingParenthesis: "missing )",
  noSuchGroup: "reference to non-existent subpattern",
  commentUnterminated: "missing ) after comment",
  unmatchedParenthesis: "unmatched parentheses",
  unknownAngleGroup: "unrecognized character after (?<",
  lookBehindLength: "lookbehind assertion is not fixed length",
  conditionMalformed: "malformed number or name after (?(",
  conditionBranches: "conditional group contains more than two branches",
  conditionAssertion: "assertion expected after (?( or (?(?C)",
  recursionUnterminated: "(?R or (?[+-]digits must be followed by )",
  unknownPosixClass: "unknown POSIX class name",
  posixCollating: "POSIX collating elements are not supported",
  codeTooLarge: "character value in \\x{} or \\o{} is too large",
  conditionZero: "invalid condition (?(0)",
  byteInLookBehind: "\\C not allowed in lookbehind assertion",
  caseEscapes: "PCRE does not support \\L, \\l, \\N{name}, \\U, or \\u",
  calloutNumber: "number after (?C is > 255",
  calloutUnterminated: "closing ) for (?C expected",
  endlessRecursion: "recursive call could loop indefinitely",
  unknownPythonGroup: "unrecognized character after (?P",
  nameUnterminated: "syntax error in subpattern name (missing terminator)",
  nameTwice: "two named subpatterns have the same name",
  invalidUtf8: "invalid UTF-8 string",
  propertyMalformed: "malformed \\P or \\p sequence",
  propertyUnknown: "unknown property name after \\P or \\p",
  nameTooLong: "subpattern name is too long (maximum 32 characters)",
  octalTooLarge: "octal value is greater than \\377 in 8-bit non-UTF-8 mode",
  defineBranches: "DEFINE group contains more than one branch",
  referenceMalformed: "\\g is not followed by a braced, angle-bracketed, or quoted name/number or by a plain number",
  referenceZero: "a numbered reference must not be zero",
  verbArgument: "an argument is not allowed for (*ACCEPT), (*FAIL), or (*COMMIT)",
  verbUnknown: "(*VERB) not recognized or malformed",
  numberTooBig: "number is too big",
  nameExpected: "subpattern name expected",
  digitExpected: "digit expected after (?+",
  nameDiffers: "different names for subpatterns of the same number are not allowed",
  markArgument: "(*MARK) must have an argument",
  controlNotAscii: "\\c must be followed by an ASCII character",
  namedReferenceMalformed: "\\k is not followed by a braced, angle-bracketed, or quoted name",
  notNewlineInClass: "\\N is not supported in a class",
  surrogate: "disallowed Unicode code point (>= 0xd800 && <= 0xdfff)",
  notHexadecimal: "non-hex character in \\x{} (closing brace missing?)",
  notOctal: "non-octal character in \\o{} (closing brace missing?)",
  octalBrace: "missing opening brace after \\o",
  tooDeep: "parentheses are too deeply nested",
  classRange: "invalid range in character class",
  nameStartsWithDigit: "group name must start with a non-digit",
  digitsMissing: "digits missing in \\x{} or \\o{}",
} as const;

export type PatternMessage = keyof typeof patternMessages;

/** The pattern is wrong: PCRE would refuse it with this message, pointing at this offset (in bytes). */
export class PatternError extends Error {
  constructor(
    readonly reason: PatternMessage,
    readonly offset: number,
  ) {
    super(patternMessages[reason]);
  }
}

/** The pattern is right, but uses a construct that neither engine here has. */
export class UnsupportedPattern extends Error {
  constructor(readonly construct: string) {
    super(`${construct} is not supported`);
  }
}
