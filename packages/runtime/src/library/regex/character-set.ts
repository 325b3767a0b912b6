/**
 * Sets of characters: what one position of a pattern may match. Byte values are looked up in a table; code points above
 * them (UTF mode only) are tested.
 */
import { type CodeTest, caseEquivalents } from "./unicode.js";

export class CharacterSet {
  constructor(
    /** 256 entries: 1 where the code is a member. */
    readonly low: Uint8Array,
    /** Membership of codes from 256 up; `null` in byte mode. */
    readonly high: CodeTest | null,
    /** The only member, when that is known; −1 otherwise. */
    readonly single: number,
  ) {}

  has(code: number): boolean {
    return code < 256 ? this.low[code] === 1 : this.high?.(code) === true;
  }
}

/** What a set is made of, before negation and case are applied. */
export interface SetParts {
  /** Inclusive pairs of codes. These follow the case option. */
  ranges: [number, number][];
  /** Classes and properties. These do not follow the case option. */
  tests: CodeTest[];
  negated: boolean;
}

export interface SetMode {
  utf: boolean;
  caseless: boolean;
}

export function makeSet(parts: SetParts, mode: SetMode): CharacterSet {
  const { ranges, tests, negated } = parts;
  const inRanges = (code: number) => ranges.some(([from, to]) => code >= from && code <= to);
  const equivalents = mode.utf ? caseEquivalents : asciiEquivalents;
  const member = (code: number) =>
    ((mode.caseless ? equivalents(code).some(inRanges) : inRanges(code)) || tests.some((test) => test(code))) !==
    negated;
  const low = new Uint8Array(256);
  for (let code = 0; code < 256; code++) if (member(code)) low[code] = 1;
  return new CharacterSet(low, mode.utf ? member : null, singleMember(parts, mode, low));
}

/** The set of one literal character. */
export function literalSet(code: number, mode: SetMode): CharacterSet {
  return makeSet({ ranges: [[code, code]], tests: [], negated: false }, mode);
}

/** The union of tables, for analysis of byte patterns. */
export function addAll(target: Uint8Array, source: Uint8Array): void {
  for (let code = 0; code < 256; code++) target[code] |= source[code];
}

export function overlap(one: Uint8Array, other: Uint8Array): boolean {
  for (let code = 0; code < 256; code++) if (one[code] && other[code]) return true;
  return false;
}

function singleMember({ ranges, tests, negated }: SetParts, mode: SetMode, low: Uint8Array): number {
  if (negated || tests.length > 0 || ranges.length !== 1 || ranges[0][0] !== ranges[0][1]) return -1;
  const code = ranges[0][0];
  if (!mode.caseless) return code;
  if (mode.utf) return caseEquivalents(code).length === 1 ? code : -1;
  return low.indexOf(1) === low.lastIndexOf(1) ? code : -1;
}

/** Case in byte mode is that of the C locale: ASCII letters only. */
function asciiEquivalents(code: number): number[] {
  const lower = code | 0x20;
  return code < 0x80 && lower >= 0x61 && lower <= 0x7a ? [lower, lower ^ 0x20] : [code];
}
