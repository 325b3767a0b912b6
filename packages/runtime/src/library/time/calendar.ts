/**
 * Calendar arithmetic of the proleptic Gregorian calendar, and epoch seconds broken down into fields like those of
 * C's `struct tm` (pub-library.md §4.11).
 */
import type { Zone } from "./zone.js";

/** The fields that C's `mktime` reads: like `BrokenDownTime`, but not normalised. */
export interface TimeFields {
  sec: number;
  min: number;
  hour: number;
  mday: number;
  /** 0 … 11 when normalised. */
  mon: number;
  /** Years since 1900. */
  year: number;
  /** Daylight saving time: positive yes, 0 no, negative unknown. */
  isdst: number;
}

/** A local time with everything that a format can show. */
export interface BrokenDownTime extends TimeFields {
  /** 0 is Sunday. */
  wday: number;
  /** 0 is January 1. */
  yday: number;
  /** Seconds east of UTC. */
  offset: number;
  abbreviation: string;
  /** Seconds since the epoch. */
  epoch: bigint;
}

export const SECONDS_PER_DAY = 86_400;
const DAYS_PER_CYCLE = 146_097;
const LARGEST_YEAR = 2 ** 31 - 1 + 1900;
const SMALLEST_YEAR = -(2 ** 31) + 1900;

/** Days before each month, of a common and of a leap year; the thirteenth entry is the length of the year. */
const DAYS_BEFORE_MONTH = [
  [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365],
  [0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335, 366],
] as const;

export function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** Days before each month of the year (13 entries). */
export function daysBeforeMonths(year: number): readonly number[] {
  return DAYS_BEFORE_MONTH[isLeapYear(year) ? 1 : 0];
}

/** Days from 1970-01-01 to January 1 of the year (exact for every 32-bit year). */
export function daysToYear(year: number): number {
  const before = year - 1;
  return before * 365 + Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400) - 719_162;
}

/** Weekday of a day counted from 1970-01-01; 0 is Sunday. */
export function weekday(days: number): number {
  return modulo(days + 4, 7);
}

export function modulo(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}

/** Year and 0-based day of the year of a day counted from 1970-01-01. */
export function yearOfDay(days: number): { year: number; yday: number } {
  const cycle = Math.floor(days / DAYS_PER_CYCLE);
  let year = 1970 + cycle * 400 + Math.floor((days - cycle * DAYS_PER_CYCLE) / 366);
  while (daysToYear(year + 1) <= days) year++;
  return { year, yday: days - daysToYear(year) };
}

/**
 * The local time of `epoch` in `zone`; null when its year does not fit C's `int` counted from 1900.
 */
export function breakDown(epoch: bigint, zone: Zone): BrokenDownTime | null {
  const state = zone.at(epoch);
  const local = epoch + BigInt(state.offset);
  let days = Number(local / 86_400n);
  let second = Number(local % 86_400n);
  if (second < 0) {
    second += SECONDS_PER_DAY;
    days--;
  }
  // Far outside the range that is looked for, so that the loop of yearOfDay() stays short.
  if (Math.abs(days) > 800_000_000_000) return null;
  const { year, yday } = yearOfDay(days);
  if (year > LARGEST_YEAR || year < SMALLEST_YEAR) return null;
  const before = daysBeforeMonths(year);
  let mon = 11;
  while (before[mon]! > yday) mon--;
  return {
    sec: second % 60,
    min: Math.floor(second / 60) % 60,
    hour: Math.floor(second / 3600),
    mday: yday - before[mon]! + 1,
    mon,
    year: year - 1900,
    wday: weekday(days),
    yday,
    isdst: state.isDst ? 1 : 0,
    offset: state.offset,
    abbreviation: state.abbreviation,
    epoch,
  };
}
