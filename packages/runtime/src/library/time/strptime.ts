/**
 * Time parsing like glibc's `strptime` (pub-library.md §4.11).
 */
import { breakDown, daysBeforeMonths, daysToYear, modulo, type TimeFields, weekday } from "./calendar.js";
import { COMBINED_FORMATS, MONTHS, WEEKDAYS } from "./names.js";
import { isSpace, NUMBER_FIELDS, type NumberField, Parse } from "./strptime-fields.js";
import type { Zone } from "./zone.js";

/**
 * The fields that `text` gives under `format`, the others 0, `isdst` −1; null when it does not match. Text after the
 * match is ignored. Both strings end at their first NUL. `zone` is used by `%s` only.
 */
export function strptime(text: string, format: string, zone: Zone): TimeFields | null {
  const state = new Parse(beforeNul(text), zone);
  if (!readFormat(state, beforeNul(format))) return null;
  complete(state);
  const { sec, min, hour, mday, mon, year } = state;
  return { sec, min, hour, mday, mon, year, isdst: -1 };
}

/** Conversions that are not simple numbers; false when the text does not match. */
const OTHER_FIELDS: Readonly<Record<string, (state: Parse) => boolean>> = {
  "%": (state) => state.text[state.position++] === "%",
  a: readWeekday,
  A: readWeekday,
  b: readMonth,
  B: readMonth,
  h: readMonth,
  G: readDigits,
  n: readSpace,
  t: readSpace,
  p: readHalfOfDay,
  s: readEpoch,
  z: readZoneOffset,
  Z: readZoneName,
};

const COMBINED_DATES = "cDFx";
const AFTER_E = "cCyYxX";
/** Names that may follow `O`, beside the numbers marked `alternative`. */
const NAMES_AFTER_O = "bBh";

function readFormat(state: Parse, format: string): boolean {
  let at = 0;
  while (at < format.length) {
    const char = format[at++]!;
    if (isSpace(char)) {
      state.skipSpace();
    } else if (char !== "%") {
      if (state.text[state.position++] !== char) return false;
    } else {
      while (at < format.length && "-_0^#".includes(format[at]!)) at++;
      let letter = format[at++] ?? "";
      let modifier = "";
      if (letter === "E" || letter === "O") {
        modifier = letter;
        letter = format[at++] ?? "";
      }
      if (!readField(state, modifier, letter)) return false;
    }
  }
  return true;
}

function readField(state: Parse, modifier: string, letter: string): boolean {
  if (letter === "" || (modifier === "E" && !AFTER_E.includes(letter))) return false;
  const number = Object.hasOwn(NUMBER_FIELDS, letter) ? NUMBER_FIELDS[letter]! : undefined;
  if (modifier === "O" && !number?.alternative && !NAMES_AFTER_O.includes(letter)) return false;
  if (number !== undefined) return readNumber(state, number);
  if (Object.hasOwn(COMBINED_FORMATS, letter)) {
    if (!readFormat(state, COMBINED_FORMATS[letter]!)) return false;
    if (COMBINED_DATES.includes(letter)) state.wantsDay = true;
    return true;
  }
  return Object.hasOwn(OTHER_FIELDS, letter) && OTHER_FIELDS[letter]!(state);
}

function readNumber(state: Parse, { from, to, digits, set }: NumberField): boolean {
  while (state.text[state.position] === " ") state.position++;
  if (!isDigit(state.text[state.position])) return false;
  let value = 0;
  let left = digits;
  do {
    value = value * 10 + Number(state.text[state.position++]);
    left--;
  } while (left > 0 && value * 10 <= to && isDigit(state.text[state.position]));
  if (value < from || value > to) return false;
  set(state, value);
  return true;
}

/** Index of the name that the text goes on with, whole or its first three letters, in any case; −1 if none. */
function readName(state: Parse, names: readonly string[]): number {
  for (const [index, name] of names.entries()) {
    for (const form of [name, name.slice(0, 3)]) {
      const found = state.text.slice(state.position, state.position + form.length);
      if (found.toLowerCase() === form.toLowerCase()) {
        state.position += form.length;
        return index;
      }
    }
  }
  return -1;
}

function readWeekday(state: Parse): boolean {
  const index = readName(state, WEEKDAYS);
  if (index < 0) return false;
  state.wday = index;
  state.hasWeekday = true;
  return true;
}

function readMonth(state: Parse): boolean {
  const index = readName(state, MONTHS);
  if (index < 0) return false;
  state.mon = index;
  state.hasMonth = state.wantsDay = true;
  return true;
}

function readHalfOfDay(state: Parse): boolean {
  const found = state.text.slice(state.position, state.position + 2).toUpperCase();
  if (found !== "AM" && found !== "PM") return false;
  state.isAfternoon = found === "PM";
  state.position += 2;
  return true;
}

function readSpace(state: Parse): boolean {
  state.skipSpace();
  return true;
}

function readDigits(state: Parse): boolean {
  if (!isDigit(state.text[state.position])) return false;
  while (isDigit(state.text[state.position])) state.position++;
  return true;
}

function readEpoch(state: Parse): boolean {
  const start = state.position;
  if (!readDigits(state)) return false;
  // More digits are no time of this universe.
  if (state.position - start > 20) return false;
  const time = breakDown(BigInt.asIntN(64, BigInt(state.text.slice(start, state.position))), state.zone);
  if (time === null) return false;
  const { sec, min, hour, mday, mon, year, wday, yday } = time;
  Object.assign(state, { sec, min, hour, mday, mon, year, wday, yday });
  return true;
}

function readZoneName(state: Parse): boolean {
  state.skipSpace();
  while (state.position < state.text.length && !isSpace(state.text[state.position])) state.position++;
  return true;
}

/** Read and ignored: `Z`, `+05`, `+0530`, `+05:30`. */
function readZoneOffset(state: Parse): boolean {
  state.skipSpace();
  const sign = state.text[state.position++];
  if (sign === "Z") return true;
  if (sign !== "+" && sign !== "-") return false;
  let value = 0;
  let digits = 0;
  while (digits < 4 && isDigit(state.text[state.position])) {
    value = value * 10 + Number(state.text[state.position++]);
    digits++;
    if (digits === 2 && state.text[state.position] === ":" && isDigit(state.text[state.position + 1])) state.position++;
  }
  if (digits === 2) value *= 100;
  else if (digits !== 4) return false;
  return value % 100 < 60;
}

/** Computes the fields that follow from others. */
function complete(state: Parse): void {
  if (state.hasTwelveHour && state.isAfternoon) state.hour += 12;
  if (state.century !== null) {
    state.year = (state.keepsYearOfCentury ? state.year % 100 : 0) + (state.century - 19) * 100;
  }
  if (state.wantsDay && !state.hasWeekday && state.hasYearDay && !(state.hasMonth && state.hasDay)) {
    dateFromYearDay(state);
    state.hasMonth = state.hasDay = true;
  }
  if (state.wantsDay && !state.hasYearDay) {
    state.yday = daysBeforeMonths(state.year + 1900)[state.mon]! + state.mday - 1;
  }
  if (state.week !== null && state.hasWeekday) {
    const { number, firstDay } = state.week;
    if (!state.hasYearDay) {
      const newYear = weekday(daysToYear(state.year + 1900));
      // A remainder like C's, which may be negative.
      state.yday = ((7 - (newYear - firstDay)) % 7) + (number - 1) * 7 + modulo(state.wday - firstDay, 7);
    }
    if (!state.hasDay || !state.hasMonth) dateFromYearDay(state);
  }
}

/** Sets month and day, those that were not read, from the day of the year. */
function dateFromYearDay(state: Parse): void {
  const before = daysBeforeMonths(state.year + 1900);
  // A day before January 1 (week 0) counts from January: mktime() takes days out of range.
  let month = 0;
  while (month < 12 && before[month + 1]! <= state.yday) month++;
  if (!state.hasMonth) state.mon = month;
  if (!state.hasDay) state.mday = state.yday - before[month]! + 1;
}

function beforeNul(text: string): string {
  const end = text.indexOf("\0");
  return end === -1 ? text : text.slice(0, end);
}

function isDigit(char: string | undefined): boolean {
  return char !== undefined && char >= "0" && char <= "9";
}
