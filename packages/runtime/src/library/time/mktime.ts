/**
 * Local time to epoch seconds, the way of the C library's `mktime` (pub-library.md §4.11), including what it chooses in
 * the gaps and overlaps at the ends of daylight saving time.
 */
import { breakDown, daysBeforeMonths, daysToYear, modulo, type TimeFields } from "./calendar.js";
import type { Zone } from "./zone.js";

/** Distance between two probes for the other daylight-saving state: no period of either is shorter. */
const PROBE_SECONDS = 601_200;
/** How far the search goes: half of the longest known period of daylight saving time, and one probe. */
const PROBE_LIMIT = 457_243_209 / 2 + PROBE_SECONDS;
const MOST_GUESSES = 6;

/**
 * Seconds since the epoch of the fields, which may be out of their usual ranges. `isdst` says which daylight-saving state
 * the fields are meant in; negative lets the zone decide. null when no time is found or its year is out of range.
 */
export function mktime(fields: TimeFields, zone: Zone): bigint | null {
  // Searching with a second inside its minute keeps "sec: 7200" on the offset of the hour that it is counted from.
  const second = Math.max(0, Math.min(59, fields.sec));
  const found = findEpoch(localSeconds(fields, second), fields.isdst, zone);
  if (found === null) return null;
  const epoch = found + BigInt(fields.sec - second);
  return breakDown(epoch, zone) === null ? null : epoch;
}

/** The fields as seconds since 1970-01-01 00:00 on the local clock. */
function localSeconds(fields: TimeFields, second: number): bigint {
  const month = modulo(fields.mon, 12);
  const year = fields.year + 1900 + Math.floor(fields.mon / 12);
  const days = daysToYear(year) + daysBeforeMonths(year)[month]! + fields.mday - 1;
  return BigInt(days) * 86_400n + BigInt(fields.hour * 3600 + fields.min * 60 + second);
}

function findEpoch(local: bigint, isdst: number, zone: Zone): bigint | null {
  let epoch = local;
  let previous = local;
  let beforePrevious = local;
  let previousIsDst = false;
  for (let guesses = 1; ; guesses++) {
    const state = zone.at(epoch);
    const next = local - BigInt(state.offset);
    if (next === epoch) break;
    const oscillates = epoch === beforePrevious && epoch !== previous;
    // The local time is in a gap: take the side that differs from what was asked for, else the daylight-saving one.
    if (oscillates && (isdst < 0 ? !previousIsDst || state.isDst : (isdst !== 0) !== state.isDst)) return epoch;
    if (guesses === MOST_GUESSES) return null;
    [beforePrevious, previous, epoch, previousIsDst] = [previous, epoch, next, state.isDst];
  }
  return isdst < 0 || zone.at(epoch).isDst === (isdst !== 0) ? epoch : withOtherOffset(epoch, local, isdst !== 0, zone);
}

/** The asked-for daylight-saving state is not in force: use the offset of the nearest time when it is. */
function withOtherOffset(epoch: bigint, local: bigint, isDst: boolean, zone: Zone): bigint {
  for (let distance = PROBE_SECONDS; distance < PROBE_LIMIT; distance += PROBE_SECONDS) {
    for (const probe of [epoch - BigInt(distance), epoch + BigInt(distance)]) {
      const state = zone.at(probe);
      if (state.isDst === isDst) return local - BigInt(state.offset);
    }
  }
  // None near: daylight saving time is taken to be one hour ahead.
  return epoch + (isDst ? -3600n : 3600n);
}
