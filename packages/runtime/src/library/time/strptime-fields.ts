/**
 * What `strptime` has read so far, and the numeric conversions that fill it.
 */
import type { TimeFields } from "./calendar.js";
import type { Zone } from "./zone.js";

/** What has been read so far. */
export class Parse implements TimeFields {
  position = 0;
  sec = 0;
  min = 0;
  hour = 0;
  mday = 0;
  mon = 0;
  year = 0;
  isdst = -1;
  wday = 0;
  yday = 0;
  isAfternoon = false;
  hasTwelveHour = false;
  hasMonth = false;
  hasDay = false;
  hasYearDay = false;
  hasWeekday = false;
  /** The date is known well enough to compute its day of the year or the reverse. */
  wantsDay = false;
  century: number | null = null;
  keepsYearOfCentury = false;
  /** `%U` (weeks begin on Sunday, 0) or `%W` (Monday, 1). */
  week: { number: number; firstDay: 0 | 1 } | null = null;

  constructor(
    readonly text: string,
    readonly zone: Zone,
  ) {}

  skipSpace(): void {
    while (isSpace(this.text[this.position])) this.position++;
  }
}

/** A number: its range, the most digits, what it sets, and whether it may follow the modifier `O`. */
export interface NumberField {
  readonly from: number;
  readonly to: number;
  readonly digits: number;
  readonly set: (state: Parse, value: number) => void;
  readonly alternative?: boolean;
}

const DAY: NumberField = {
  from: 1,
  to: 31,
  digits: 2,
  alternative: true,
  set(state, value) {
    state.mday = value;
    state.hasDay = state.wantsDay = true;
  },
};

const HOUR: NumberField = {
  from: 0,
  to: 23,
  digits: 2,
  alternative: true,
  set(state, value) {
    state.hour = value;
    state.hasTwelveHour = false;
  },
};

const TWELVE_HOUR: NumberField = {
  from: 1,
  to: 12,
  digits: 2,
  alternative: true,
  set(state, value) {
    state.hour = value % 12;
    state.hasTwelveHour = true;
  },
};

export const NUMBER_FIELDS: Readonly<Record<string, NumberField>> = {
  C: {
    from: 0,
    to: 99,
    digits: 2,
    set(state, value) {
      state.century = value;
      state.wantsDay = true;
    },
  },
  d: DAY,
  e: DAY,
  g: { from: 0, to: 99, digits: 2, set() {} },
  H: HOUR,
  I: TWELVE_HOUR,
  j: {
    from: 1,
    to: 366,
    digits: 3,
    set(state, value) {
      state.yday = value - 1;
      state.hasYearDay = true;
    },
  },
  k: { ...HOUR, alternative: false },
  l: { ...TWELVE_HOUR, alternative: false },
  m: {
    from: 1,
    to: 12,
    digits: 2,
    alternative: true,
    set(state, value) {
      state.mon = value - 1;
      state.hasMonth = state.wantsDay = true;
    },
  },
  M: {
    from: 0,
    to: 59,
    digits: 2,
    alternative: true,
    set(state, value) {
      state.min = value;
    },
  },
  S: {
    from: 0,
    to: 61,
    digits: 2,
    alternative: true,
    set(state, value) {
      state.sec = value;
    },
  },
  u: {
    from: 1,
    to: 7,
    digits: 1,
    set(state, value) {
      state.wday = value % 7;
      state.hasWeekday = true;
    },
  },
  U: {
    from: 0,
    to: 53,
    digits: 2,
    alternative: true,
    set(state, value) {
      state.week = { number: value, firstDay: 0 };
    },
  },
  V: { from: 0, to: 53, digits: 2, alternative: true, set() {} },
  w: {
    from: 0,
    to: 6,
    digits: 1,
    alternative: true,
    set(state, value) {
      state.wday = value;
      state.hasWeekday = true;
    },
  },
  W: {
    from: 0,
    to: 53,
    digits: 2,
    alternative: true,
    set(state, value) {
      // Weeks from Sunday win when a format has both.
      if (state.week?.firstDay === 0) state.week.number = value;
      else state.week = { number: value, firstDay: 1 };
    },
  },
  y: {
    from: 0,
    to: 99,
    digits: 2,
    alternative: true,
    set(state, value) {
      state.year = value >= 69 ? value : value + 100;
      state.keepsYearOfCentury = state.wantsDay = true;
    },
  },
  Y: {
    from: 0,
    to: 9999,
    digits: 4,
    set(state, value) {
      state.year = value - 1900;
      state.keepsYearOfCentury = false;
      state.wantsDay = true;
    },
  },
};

export function isSpace(char: string | undefined): boolean {
  return char === " " || (char !== undefined && char >= "\t" && char <= "\r");
}
