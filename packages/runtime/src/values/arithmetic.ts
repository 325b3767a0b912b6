/**
 * The operators `+ - * / %` (pub-language.md §4.6). Each begins with what pages do most: arithmetic on small integers.
 * An error is reported and gives undefined.
 */
import { concatenate, retype } from "./concatenate.js";
import { copiedTable, copyValue } from "./containers.js";
import { scalar, signedOf, toDouble } from "./convert.js";
import type { ErrorSink } from "./error-sink.js";
import {
  floatValue,
  formatFloat,
  integerLiteral,
  integerOf,
  isFloat,
  isNegativeNaN,
  MAX_INT,
  makeFloat,
  makeInt,
  makeUInt,
  truncateToInt,
} from "./numbers.js";
import { scalarText } from "./text.js";
import { Dict, List, type Value } from "./types.js";

export { concatenate, retype } from "./concatenate.js";

/** Repetition counts must be below this. */
const REPETITION_LIMIT = 256;

/** `a + b`. */
export function add(sink: ErrorSink, a: Value, b: Value, line: number): Value {
  if (typeof a === "number" && typeof b === "number") {
    return (a | 0) === a && (b | 0) === b ? a + b : calculate("add", a, b);
  }
  return addValues(sink, a, b, line);
}

/** `a - b`. */
export function subtract(sink: ErrorSink, a: Value, b: Value, line: number): Value {
  if (typeof a === "number" && typeof b === "number") {
    return (a | 0) === a && (b | 0) === b ? a - b : calculate("subtract", a, b);
  }
  return subtractValues(sink, a, b, line);
}

/** `a * b`. */
export function multiply(sink: ErrorSink, a: Value, b: Value, line: number): Value {
  if (typeof a === "number" && typeof b === "number") {
    const product = a * b;
    const isSafe = product <= Number.MAX_SAFE_INTEGER && product >= -Number.MAX_SAFE_INTEGER;
    // 0 × −1 is −0, which adding 0 makes an int again
    return isSafe && (a | 0) === a && (b | 0) === b ? product + 0 : calculate("multiply", a, b);
  }
  return multiplyValues(sink, a, b, line);
}

/** `a / b`: integers are truncated toward zero. */
export function divide(sink: ErrorSink, a: Value, b: Value, line: number): Value {
  if (typeof a === "number" && typeof b === "number" && (a | 0) === a && (b | 0) === b && b !== 0) {
    return (a - (a % b)) / b + 0;
  }
  return divideValues(sink, "division", a, b, line);
}

/** `a % b`, with the sign of `a`. */
export function modulo(sink: ErrorSink, a: Value, b: Value, line: number): Value {
  if (typeof a === "number" && typeof b === "number" && (a | 0) === a && (b | 0) === b && b !== 0) return (a % b) + 0;
  return divideValues(sink, "modulo", a, b, line);
}

type Operation = "add" | "subtract" | "multiply" | "divide" | "modulo";
type Integer = number | bigint;

interface Arithmetic {
  /** On doubles, and (truncated) on integers as far as the result is safe. */
  readonly doubles: (a: number, b: number) => number;
  readonly integers: (a: bigint, b: bigint) => bigint;
  /** Whether two operands of which at least one exceeds the signed range give an uint … */
  readonly isUnsigned: boolean;
  /** … also when the other one is negative. */
  readonly isMixedUnsigned: boolean;
}

const ARITHMETIC: Readonly<Record<Operation, Arithmetic>> = {
  add: { doubles: (a, b) => a + b, integers: (a, b) => a + b, isUnsigned: true, isMixedUnsigned: false },
  subtract: { doubles: (a, b) => a - b, integers: (a, b) => a - b, isUnsigned: false, isMixedUnsigned: false },
  multiply: { doubles: (a, b) => a * b, integers: (a, b) => a * b, isUnsigned: true, isMixedUnsigned: false },
  divide: { doubles: (a, b) => a / b, integers: (a, b) => a / b, isUnsigned: true, isMixedUnsigned: true },
  modulo: { doubles: (a, b) => a % b, integers: (a, b) => a % b, isUnsigned: true, isMixedUnsigned: true },
};

function addValues(sink: ErrorSink, a: Value, b: Value, line: number): Value {
  if (typeof a === "string" && typeof b === "string") return concatenate(a, b);
  if (!checkTerms(sink, "addition", a, b, line)) return undefined;
  if (a instanceof List && b instanceof List) {
    a.pristine = false;
    b.pristine = false;
    return new List(a.items.concat(b.items));
  }
  if (a instanceof Dict && b instanceof Dict) {
    const sum = copiedTable(a.table);
    for (const [key, value] of b.table) sum.set(key, copyValue(value));
    return new Dict(sum);
  }
  const left = scalar(a);
  const right = scalar(b);
  if (typeof left === "string" || typeof right === "string") return concatenate(scalarText(left), scalarText(right));
  return calculate("add", left, right);
}

function subtractValues(sink: ErrorSink, a: Value, b: Value, line: number): Value {
  if (!checkTerms(sink, "subtraction", a, b, line)) return undefined;
  if (a instanceof List && b instanceof List) return fail(sink, line, "cannot subtract lists");
  if (a instanceof Dict && b instanceof Dict) {
    const difference = copiedTable(a.table);
    for (const key of b.table.keys()) difference.delete(key);
    return new Dict(difference);
  }
  const left = scalar(a);
  const right = scalar(b);
  if (typeof left === "string" || typeof right === "string") return "";
  return calculate("subtract", left, right);
}

/** The checks that `+` and `-` share; the messages about containers speak of addition in both. */
function checkTerms(sink: ErrorSink, name: "addition" | "subtraction", a: Value, b: Value, line: number): boolean {
  let problem: string | undefined;
  if (isNull(a)) problem = `left-hand term of ${name} evaluates to null`;
  else if (isNull(b)) problem = `right-hand term of ${name} evaluates to null`;
  else if (a instanceof List !== b instanceof List) problem = "addition on lists only works with 2 lists";
  else if (a instanceof Dict !== b instanceof Dict) problem = "addition on dicts only work with 2 dicts";
  if (problem !== undefined) sink.error(line, problem);
  return problem === undefined;
}

function multiplyValues(sink: ErrorSink, a: Value, b: Value, line: number): Value {
  if (isNull(a)) return fail(sink, line, "mult: left-hand factor was NULL");
  if (isNull(b)) return fail(sink, line, "mult: right-hand factor was NULL");
  if (a instanceof Dict || b instanceof Dict) return fail(sink, line, "cannot multiply dictionaries");
  if (a instanceof List || b instanceof List) {
    const count = a instanceof List ? repetition(isFloat(b) ? truncateToInt(floatValue(b)) : b) : undefined;
    if (count === undefined) return fail(sink, line, "can only multiply lists by small integers");
    return repeated((a as List).items, count);
  }
  const left = scalar(a);
  const right = scalar(b);
  if (typeof left === "string" || typeof right === "string") {
    const count = typeof left === "string" ? repetition(right) : undefined;
    if (count === undefined) return fail(sink, line, "mult: no plausible evaluation found!");
    return retype((left as string).repeat(count));
  }
  return calculate("multiply", left, right);
}

function divideValues(sink: ErrorSink, name: "division" | "modulo", a: Value, b: Value, line: number): Value {
  if (isNull(a)) return fail(sink, line, `${name}: numerator was NULL`);
  if (isNull(b)) return fail(sink, line, `${name}: denominator was NULL`);
  const left = scalar(a);
  const right = scalar(b);
  if (typeof left === "string" || typeof right === "string")
    return fail(sink, line, `can't perform ${name} on strings`);
  if (toDouble(right) === 0) return fail(sink, line, `${name} by zero`);
  return calculate(name === "division" ? "divide" : "modulo", left, right);
}

function isNull(v: Value): boolean {
  return v === undefined || v === null;
}

function fail(sink: ErrorSink, line: number, message: string): undefined {
  sink.error(line, message);
  return undefined;
}

/** How often something is to be repeated: 0 … 255; undefined when `v` does not say so. */
function repetition(v: Value): number | undefined {
  if (v instanceof List) return undefined;
  const count = signedOf(v);
  if (count === null || count >= REPETITION_LIMIT) return undefined;
  return count > 0 ? Number(count) : 0;
}

function repeated(items: readonly Value[], count: number): List {
  const result: Value[] = [];
  for (let round = 0; round < count; round++) {
    for (const item of items) result.push(item ?? null);
  }
  return new List(result);
}

/** Arithmetic on two scalars that are no strings. */
function calculate(operation: Operation, a: Value, b: Value): Value {
  const left = integerOf(a);
  const right = integerOf(b);
  const arithmetic = ARITHMETIC[operation];
  if (left !== undefined && right !== undefined) return integerResult(arithmetic, left, right);
  const result = arithmetic.doubles(toDouble(a), toDouble(b));
  return Number.isNaN(result) ? notANumber(a, b) : floatResult(result);
}

function integerResult(arithmetic: Arithmetic, a: Integer, b: Integer): Value {
  if (typeof a === "number" && typeof b === "number") {
    // The quotient of safe integers never rounds up to the next integer.
    const result = Math.trunc(arithmetic.doubles(a, b));
    if (Number.isSafeInteger(result)) return result + 0;
  }
  const bothSigned = a <= MAX_INT && b <= MAX_INT;
  const bothUnsigned = a >= 0 && b >= 0;
  const isUnsigned = !bothSigned && (bothUnsigned ? arithmetic.isUnsigned : arithmetic.isMixedUnsigned);
  if (!isUnsigned) return makeInt(arithmetic.integers(BigInt(a), BigInt(b)));
  const result = arithmetic.integers(BigInt.asUintN(64, BigInt(a)), BigInt.asUintN(64, BigInt(b)));
  return integerLiteral(BigInt.asUintN(64, result));
}

/** The result conversion of §4.6 for floats: what prints as a plain non-negative integer becomes an uint. */
function floatResult(result: number): Value {
  // Digits behind the point that ten significant digits show: no integer, and no need to print it.
  if (result < 0 || (result < 1e8 && Math.abs(result - Math.round(result)) > 0.01)) return makeFloat(result);
  const printed = formatFloat(makeFloat(result));
  return /^[0-9]+$/.test(printed) ? makeUInt(Number(printed)) : makeFloat(result);
}

/** The NaN that the processor makes: the first operand that is one, else a negative one. */
function notANumber(a: Value, b: Value): Value {
  const operand = [a, b].find((v) => Number.isNaN(toDouble(v)));
  return operand === undefined || isNegativeNaN(operand) ? makeFloat(Number.NaN, true) : Number.NaN;
}
