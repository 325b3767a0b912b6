/**
 * Time zones: the offset, daylight-saving flag and abbreviation of a zone at a moment, from the data that `Intl` carries,
 * so that one process can serve several zones without files or dependencies.
 */
import { parsePosixZone } from "./posix-zone.js";
import {
  NEGATIVE_DAYLIGHT_SAVING,
  namedAbbreviation,
  numericAbbreviation,
  readLongName,
  SAME_TIME_ZONE,
} from "./zone-names.js";

/** What a zone's clocks show at one moment. */
export interface ZoneState {
  /** Seconds east of UTC. */
  readonly offset: number;
  readonly isDst: boolean;
  readonly abbreviation: string;
}

export interface Zone {
  /** The state at a moment given in seconds since the epoch, of any size. */
  at(epoch: bigint): ZoneState;
}

/** Zones by name, as they were asked for: a zone never changes, so keeping it is only a cache. */
const zones = new Map<string, Zone>();

/**
 * The zone of a name: an IANA name (`Europe/Berlin`), or a POSIX description (`CET-1CEST,M3.5.0,M10.5.0/3`). As in the C
 * library a leading colon is ignored, the empty name is UTC, and so is a name that means nothing.
 */
export function zoneOf(name: string): Zone {
  let zone = zones.get(name);
  if (zone === undefined) {
    zone = makeZone(name);
    zones.set(name, zone);
  }
  return zone;
}

/** The zone that this process runs in: the environment variable `TZ`, else that of the machine. */
export function processTimeZone(): string {
  return process.env.TZ ?? Intl.DateTimeFormat().resolvedOptions().timeZone ?? "UTC";
}

function makeZone(name: string): Zone {
  const plain = name.replace(/^:/, "");
  if (/^(|UTC|Etc\/UTC|UCT|Etc\/UCT|Zulu|Etc\/Zulu|Universal|Etc\/Universal)$/.test(plain)) return fixedZone(0, "UTC");
  // A sign or digit at the start would be an offset for Intl, but is not a zone for the C library.
  if (/^[A-Za-z]/.test(plain)) {
    try {
      return new IntlZone(plain);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }
  return parsePosixZone(plain) ?? fixedZone(0, /^[A-Za-z]{3,}/.exec(plain)?.[0] ?? "UTC");
}

function fixedZone(offset: number, abbreviation: string): Zone {
  const state = { offset, isDst: false, abbreviation };
  return { at: () => state };
}

/** One stretch of the time line, at most one change in it. */
interface Stretch {
  readonly before: ZoneState;
  readonly after: ZoneState;
  /** First second of `after`. */
  readonly change: number;
}

/** About 12 days: short enough that no zone changes twice in one. */
const STRETCH_SECONDS = 2 ** 20;
/** Bound of the cache: 16,384 stretches are 545 years. */
const MOST_STRETCHES = 16_384;
/** Rules repeat after 400 years (a whole number of weeks); later moments are looked up in the years 2400 to 2800. */
const CYCLE_SECONDS = 146_097n * 86_400n;
const LATEST = 26_179_200_000n;
/** The year 1000: no zone has a change before. */
const EARLIEST = -30_610_224_000n;

/** 1950-01-01. */
const END_OF_WAR_TIMES = -631_152_000;
const YEARS_WITH_NAMES = [1970, 1985, 2000, 2020];

class IntlZone implements Zone {
  private readonly longName: Intl.DateTimeFormat;
  private readonly longOffset: Intl.DateTimeFormat;
  private readonly stretches = new Map<number, Stretch>();
  private laterNames: ZoneState[] | undefined;

  constructor(private readonly name: string) {
    const timeZone = SAME_TIME_ZONE.get(name) ?? name;
    this.longName = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "long" });
    this.longOffset = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
  }

  at(epoch: bigint): ZoneState {
    if (epoch > LATEST) epoch = LATEST - CYCLE_SECONDS + ((epoch - LATEST) % CYCLE_SECONDS);
    else if (epoch < EARLIEST) epoch = EARLIEST;
    const seconds = Number(epoch);
    const number = Math.floor(seconds / STRETCH_SECONDS);
    let stretch = this.stretches.get(number);
    if (stretch === undefined) {
      if (this.stretches.size >= MOST_STRETCHES) this.stretches.clear();
      stretch = this.readStretch(number * STRETCH_SECONDS);
      this.stretches.set(number, stretch);
    }
    return seconds < stretch.change ? stretch.before : stretch.after;
  }

  private readStretch(start: number): Stretch {
    let [low, high] = [start, start + STRETCH_SECONDS];
    const before = this.readState(low);
    const after = this.readState(high);
    while (high - low > 1) {
      if (sameState(before, after)) return { before, after, change: high };
      const middle = Math.floor((low + high) / 2);
      if (sameState(before, this.readState(middle))) low = middle;
      else high = middle;
    }
    return { before, after, change: high };
  }

  private readState(seconds: number): ZoneState {
    const date = new Date(seconds * 1000);
    const offset = readOffset(timeZonePart(this.longOffset, date));
    const longName = timeZonePart(this.longName, date);
    const isDst = this.isDst(seconds, offset, longName);
    return { offset, isDst, abbreviation: this.abbreviation(longName, offset, isDst) };
  }

  private abbreviation(longName: string, offset: number, isDst: boolean): string {
    // Before standard time was introduced, clocks showed the local mean time of the place, to the second.
    if (offset % 60 !== 0) return "LMT";
    const named = namedAbbreviation(this.name, longName);
    if (named !== null) return named;
    // Times long ago often have no name: they are called like the time with the same offset later.
    if (readLongName(longName) === null) {
      const later = this.namedLater().find((state) => state.offset === offset && state.isDst === isDst);
      if (later !== undefined) return later.abbreviation;
    }
    return numericAbbreviation(offset);
  }

  /** The named times of winters and summers since 1970. */
  private namedLater(): readonly ZoneState[] {
    if (this.laterNames !== undefined) return this.laterNames;
    const found: ZoneState[] = [];
    for (const year of YEARS_WITH_NAMES) {
      for (const month of [0, 6]) {
        const date = new Date(Date.UTC(year, month, 15));
        const longName = timeZonePart(this.longName, date);
        const abbreviation = namedAbbreviation(this.name, longName);
        if (abbreviation === null) continue;
        const offset = readOffset(timeZonePart(this.longOffset, date));
        found.push({ offset, isDst: this.isDst(date.getTime() / 1000, offset, longName), abbreviation });
      }
    }
    this.laterNames = found;
    return found;
  }

  private isDst(seconds: number, offset: number, longName: string): boolean {
    const negative = NEGATIVE_DAYLIGHT_SAVING.get(this.name);
    if (negative !== undefined && seconds >= negative.since) return offset < negative.standardOffset;
    const name = readLongName(longName);
    if (name !== null) return name.isDst;
    // A time without a name. In wars daylight saving time lasted all year: compare with what was usual later.
    if (seconds < END_OF_WAR_TIMES) {
      const later = this.namedLater().find((state) => state.offset === offset);
      if (later !== undefined) return later.isDst;
    }
    // Else it is daylight saving time if it is ahead of another time of the same year.
    const year = new Date(seconds * 1000).getUTCFullYear();
    const others = [0, 6].map((month) =>
      readOffset(timeZonePart(this.longOffset, new Date(Date.UTC(year, month, 15)))),
    );
    return offset > Math.min(...others);
  }
}

function sameState(a: ZoneState, b: ZoneState): boolean {
  return a.offset === b.offset && a.isDst === b.isDst && a.abbreviation === b.abbreviation;
}

function timeZonePart(format: Intl.DateTimeFormat, date: Date): string {
  const text = format.format(date);
  return text.slice(text.indexOf(", ") + 2);
}

/** Seconds of `GMT`, `GMT+05:30`, `GMT-04:56:02`. */
function readOffset(text: string): number {
  const match = /^GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(text);
  if (match === null) return 0;
  const seconds = Number(match[2]) * 3600 + Number(match[3]) * 60 + Number(match[4] ?? 0);
  return match[1] === "-" ? -seconds : seconds;
}
