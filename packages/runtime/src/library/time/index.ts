/**
 * Date and time functions (pub-library.md §4.11). Times are seconds since the epoch; conversions use the run's time zone.
 */
import { makeInt, makeUInt, text } from "../../values/index.js";
import { Dict, List, type Value } from "../../values/types.js";
import type { BuiltinDefinition, CallContext } from "../builtin.js";
import { type BrokenDownTime, breakDown, type TimeFields } from "./calendar.js";
import { mktime } from "./mktime.js";
import { strftime } from "./strftime.js";
import { strptime } from "./strptime.js";
import { zoneOf } from "./zone.js";

const TIME_ERROR = "<time-error>";

export const timeFunctions: BuiltinDefinition[] = [
  {
    name: "now",
    pattern: "",
    parameters: [],
    documentation: "The current time in seconds since 1970-01-01 00:00 UTC.",
    call: (context: CallContext): Value => makeUInt(context.run.now()),
  },
  {
    name: "days_from_now",
    pattern: "i",
    parameters: ["days"],
    documentation: "The time in a number of days from now; negative numbers are in the past.",
    call: (context: CallContext, days: number | bigint): Value =>
      makeUInt(BigInt(context.run.now()) + BigInt(days) * 86_400n),
  },
  {
    name: "time_from_now",
    pattern: "|iiii",
    parameters: ["days", "hours", "minutes", "seconds"],
    documentation: "The time in so many days, hours, minutes and seconds from now; the distance wraps at 2^31 seconds.",
    call(context: CallContext, ...parts: (number | bigint)[]): Value {
      const [days, hours, minutes, seconds] = [0, 1, 2, 3].map((index) => BigInt(parts[index] ?? 0)) as [
        bigint,
        bigint,
        bigint,
        bigint,
      ];
      const distance = ((days * 24n + hours) * 60n + minutes) * 60n + seconds;
      return makeUInt(BigInt(context.run.now()) + BigInt.asIntN(32, distance));
    },
  },
  {
    name: "time_format",
    pattern: "us",
    parameters: ["time", "format"],
    documentation: "A time (0 is now) in the form that a strftime format describes, such as %Y-%m-%d %H:%M:%S.",
    call(context: CallContext, time: bigint, format: string): Value {
      const local = localTime(context, time);
      if (local === null) return TIME_ERROR;
      if (format === "") {
        context.report("bad time format given");
        return TIME_ERROR;
      }
      const formatted = strftime(format, local);
      if (formatted === null) context.report(`format '${format}' failed`);
      return formatted ?? TIME_ERROR;
    },
  },
  {
    name: "localtime",
    pattern: "|u",
    parameters: ["time"],
    documentation:
      "A time (now when left out) as list: year, month from 1, day, hour, minute, second, weekday from 0 for Sunday, day of the year from 0.",
    call(context: CallContext, time = 0n): Value {
      const local = localTime(context, time);
      if (local === null) return undefined;
      const { year, mon, mday, hour, min, sec, wday, yday } = local;
      return new List([year + 1900, mon + 1, mday, hour, min, sec, wday, yday]);
    },
  },
  {
    name: "localtime_raw",
    pattern: "|u",
    parameters: ["time"],
    documentation:
      "A time (now when left out) as dictionary with the keys of C's struct tm: sec, min, hour, mday, mon from 0, year since 1900, wday, yday, isdst.",
    call(context: CallContext, time = 0n): Value {
      const local = localTime(context, time);
      if (local === null) return undefined;
      const table = context.run.newTable();
      for (const key of RAW_KEYS) table.set(key, local[key]);
      return new Dict(table);
    },
  },
  {
    name: "mktime",
    pattern: "d",
    parameters: ["fields"],
    documentation:
      "The time of a dictionary like that of localtime_raw. Fields may be out of range; missing ones are 0, also isdst: -1 lets the time zone decide about daylight saving time.",
    call(context: CallContext, fields: Dict): Value {
      const read = (key: keyof TimeFields) => fieldValue(fields.table.get(key));
      const time = mktime(
        {
          sec: read("sec"),
          min: read("min"),
          hour: read("hour"),
          mday: read("mday"),
          mon: read("mon"),
          year: read("year"),
          isdst: read("isdst"),
        },
        zoneOf(context.run.timeZone),
      );
      return time === null ? -1 : makeInt(time);
    },
  },
  {
    name: "strptime",
    pattern: "s|s",
    parameters: ["text", "format"],
    documentation:
      "The time that a text gives in a strptime format (%F, year-month-day, when left out); null if it does not match.",
    call(context: CallContext, input: string, format = "%F"): Value {
      const zone = zoneOf(context.run.timeZone);
      const fields = strptime(input, format, zone);
      if (fields === null) return null;
      const time = mktime(fields, zone);
      return time === null ? -1 : makeInt(time);
    },
  },
];

const RAW_KEYS = ["sec", "min", "hour", "mday", "mon", "year", "wday", "yday", "isdst"] as const;

/** The local time of an argument; 0 is now. What cannot be shown is reported. */
function localTime(context: CallContext, argument: bigint): BrokenDownTime | null {
  const time = argument === 0n ? BigInt(context.run.now()) : BigInt.asIntN(64, argument);
  const local = breakDown(time, zoneOf(context.run.timeZone));
  if (local === null) context.report(`cannot convert '${time}' to time`);
  return local;
}

/** A field of mktime(): the value's text as decimal 32-bit integer, 0 when it is none. */
function fieldValue(value: Value): number {
  const source = text(value);
  const number = /^[ \t\n\v\f\r]*[+-]?[0-9]+$/.test(source) ? Number(source) : 0;
  return number === (number | 0) ? number + 0 : 0;
}
