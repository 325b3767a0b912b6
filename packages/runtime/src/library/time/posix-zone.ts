/**
 * Time zones described as POSIX has it in the environment variable `TZ`: `EST5EDT4,M3.2.0/2,M11.1.0/2`, `<+0330>-3:30`.
 */
import { daysBeforeMonths, daysToYear, isLeapYear, modulo, SECONDS_PER_DAY, weekday, yearOfDay } from "./calendar.js";
import type { Zone, ZoneState } from "./zone.js";

/** When a rule applies: seconds since the beginning of the year, local time. */
type Rule = (year: number) => number;

const NAME = /^(?:([A-Za-z]{3,})|<([A-Za-z0-9+-]{3,})>)/;
const CLOCK = /^([+-]?)(\d{1,3})(?::(\d{1,2}))?(?::(\d{1,2}))?/;
const RULE = /^,(?:M(\d+)\.(\d+)\.(\d+)|J(\d+)|(\d+))(?:\/([+-]?\d{1,3}(?::\d{1,2})?(?::\d{1,2})?))?/;
/** What the C library assumes when daylight saving time has a name but no rules. */
const DEFAULT_RULES = ",M3.2.0,M11.1.0";

/** The zone of a POSIX description; null when the text is none. */
export function parsePosixZone(text: string): Zone | null {
  let rest = text;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    const match = pattern.exec(rest);
    if (match !== null) rest = rest.slice(match[0].length);
    return match;
  };

  const name = take(NAME);
  const west = take(CLOCK);
  if (name === null || west === null) return null;
  const standard: ZoneState = { offset: -seconds(west), isDst: false, abbreviation: name[1] ?? name[2]! };
  const daylightName = take(NAME);
  if (daylightName === null) return rest === "" ? { at: () => standard } : null;

  const daylightWest = take(CLOCK);
  const daylight: ZoneState = {
    offset: daylightWest === null ? standard.offset + 3600 : -seconds(daylightWest),
    isDst: true,
    abbreviation: daylightName[1] ?? daylightName[2]!,
  };
  if (rest === "") rest = DEFAULT_RULES;
  const from = readRule(take(RULE));
  const to = readRule(take(RULE));
  if (from === null || to === null || rest !== "") return null;
  return { at: (epoch) => stateAt(epoch, standard, daylight, from, to) };
}

function stateAt(epoch: bigint, standard: ZoneState, daylight: ZoneState, from: Rule, to: Rule): ZoneState {
  const local = epoch + BigInt(standard.offset);
  const days = Number((local - (((local % 86_400n) + 86_400n) % 86_400n)) / 86_400n);
  const { year, yday } = yearOfDay(Math.max(-8e11, Math.min(8e11, days)));
  const second = yday * SECONDS_PER_DAY + Number(((local % 86_400n) + 86_400n) % 86_400n);
  const start = from(year);
  // The end is given in daylight saving time; `second` counts in standard time.
  const end = to(year) - (daylight.offset - standard.offset);
  const isDst = start < end ? second >= start && second < end : second >= start || second < end;
  return isDst ? daylight : standard;
}

function readRule(match: RegExpExecArray | null): Rule | null {
  if (match === null) return null;
  const [, month, week, day, julian, zeroBased, clock] = match;
  const time = clock === undefined ? 7200 : seconds(CLOCK.exec(clock)!);
  if (julian !== undefined) {
    // Days 1 to 365: February 29 is never counted.
    const number = Number(julian);
    return (year) => (number - 1 + (isLeapYear(year) && number >= 60 ? 1 : 0)) * SECONDS_PER_DAY + time;
  }
  if (zeroBased !== undefined) return () => Number(zeroBased) * SECONDS_PER_DAY + time;
  const [m, w, d] = [Number(month), Number(week), Number(day)];
  if (m < 1 || m > 12 || w < 1 || w > 5 || d > 6) return null;
  return (year) => {
    const before = daysBeforeMonths(year);
    const first = before[m - 1]!;
    let found = first + modulo(d - weekday(daysToYear(year) + first), 7) + (w - 1) * 7;
    // Week 5 is the last one.
    if (found >= before[m]!) found -= 7;
    return found * SECONDS_PER_DAY + time;
  };
}

function seconds([, sign, hours, minutes, rest]: RegExpExecArray): number {
  const total = Number(hours) * 3600 + Number(minutes ?? 0) * 60 + Number(rest ?? 0);
  return sign === "-" ? -total : total;
}
