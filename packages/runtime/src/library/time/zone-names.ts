/**
 * Abbreviations of time zones as the tz database has them (`EST`, `CEST`, `IST`), found by the long English name that
 * `Intl` gives a zone at a moment, and the few zones where that way goes wrong.
 */

/** Standard and daylight-saving abbreviation by the part of the long name before "Standard Time" and the like. */
const PAIRS: readonly (readonly [name: string, standard: string, daylight?: string])[] = [
  ["Alaska", "AKST", "AKDT"],
  ["American Samoa", "SST"],
  ["Atlantic", "AST", "ADT"],
  ["Australian Central", "ACST", "ACDT"],
  ["Australian Eastern", "AEST", "AEDT"],
  ["Australian Western", "AWST", "AWDT"],
  ["British", "GMT", "BST"],
  ["Central", "CST", "CDT"],
  ["Central Africa", "CAT"],
  ["Central European", "CET", "CEST"],
  ["Central Indonesia", "WITA"],
  ["Chamorro", "ChST"],
  ["China", "CST", "CDT"],
  ["Coordinated Universal", "UTC"],
  ["Cuba", "CST", "CDT"],
  ["East Africa", "EAT"],
  ["Eastern", "EST", "EDT"],
  ["Eastern European", "EET", "EEST"],
  ["Eastern Indonesia", "WIT"],
  ["Greenwich Mean", "GMT"],
  ["Hawaii-Aleutian", "HST", "HDT"],
  ["Hong Kong", "HKT", "HKST"],
  ["India", "IST"],
  ["Irish", "IST", "IST"],
  ["Israel", "IST", "IDT"],
  ["Japan", "JST"],
  ["Korean", "KST", "KDT"],
  ["Macao", "CST", "CDT"],
  ["Mexican Pacific", "MST", "MDT"],
  ["Moscow", "MSK", "MSD"],
  ["Mountain", "MST", "MDT"],
  ["New Zealand", "NZST", "NZDT"],
  ["Newfoundland", "NST", "NDT"],
  ["North Korea", "KST"],
  ["Pacific", "PST", "PDT"],
  ["Pakistan", "PKT", "PKST"],
  ["Philippine", "PST", "PDT"],
  ["South Africa", "SAST"],
  ["Taipei", "CST", "CDT"],
  ["Taiwan", "CST", "CDT"],
  ["Volgograd", "MSK", "MSD"],
  ["West Africa", "WAT"],
  ["Western European", "WET", "WEST"],
  ["Western Indonesia", "WIB"],
  ["Yukon", "MST"],
];

const STANDARD = new Map(PAIRS.map(([name, standard]) => [name, standard]));
const DAYLIGHT = new Map(PAIRS.flatMap(([name, , daylight]) => (daylight === undefined ? [] : [[name, daylight]])));

/** Zones whose abbreviations are numbers in the tz database although `Intl` has a name for their time. */
const NUMERIC_ZONES: ReadonlySet<string> = new Set([
  "Africa/Casablanca",
  "Africa/El_Aaiun",
  "Antarctica/Casey",
  "Antarctica/Troll",
  "Asia/Colombo",
  "Asia/Dili",
  "Asia/Thimbu",
  "Asia/Thimphu",
  "Europe/Astrakhan",
  "Europe/Samara",
  "Europe/Saratov",
  "Europe/Ulyanovsk",
]);

/** Zones that `Intl` takes for UTC, but that call themselves GMT. */
const GMT_ZONES: ReadonlySet<string> = new Set([
  "Etc/GMT",
  "Etc/GMT+0",
  "Etc/GMT-0",
  "Etc/GMT0",
  "Etc/Greenwich",
  "GMT",
  "GMT+0",
  "GMT-0",
  "GMT0",
  "Greenwich",
]);

/** Zones that `Intl` has no summer-time name for, and the zone that always showed the same time since 1970. */
export const SAME_TIME_ZONE: ReadonlyMap<string, string> = new Map([
  ["Europe/Guernsey", "Europe/London"],
  ["Europe/Isle_of_Man", "Europe/London"],
  ["Europe/Jersey", "Europe/London"],
]);

/**
 * Zones whose summer time is the standard time, and that have "negative daylight saving time" in the rest of the year:
 * since when (epoch seconds) and the standard offset in seconds.
 */
export const NEGATIVE_DAYLIGHT_SAVING: ReadonlyMap<string, { since: number; standardOffset: number }> = new Map([
  ["Africa/Casablanca", { since: 1_540_695_600, standardOffset: 3600 }],
  ["Africa/El_Aaiun", { since: 1_540_695_600, standardOffset: 3600 }],
  ["Africa/Windhoek", { since: 764_200_800, standardOffset: 7200 }],
  ["Eire", { since: -37_242_000, standardOffset: 3600 }],
  ["Europe/Dublin", { since: -37_242_000, standardOffset: 3600 }],
]);

/** What a long name says: the region's name and whether it is daylight saving time; null for names like `GMT+3`. */
export function readLongName(longName: string): { region: string; isDst: boolean } | null {
  const match = /^(?!GMT)(.*?)(?: (Standard|Daylight|Summer))? Time$/.exec(longName);
  if (match === null) return null;
  // What Ireland calls standard time is its summer time.
  return { region: match[1]!, isDst: match[2] === "Daylight" || match[2] === "Summer" || match[1] === "Irish" };
}

/** The abbreviation of a zone for a long name; null when the tz database has a number instead. */
export function namedAbbreviation(zone: string, longName: string): string | null {
  if (GMT_ZONES.has(zone)) return "GMT";
  const name = NUMERIC_ZONES.has(zone) ? null : readLongName(longName);
  return name === null ? null : ((name.isDst ? DAYLIGHT : STANDARD).get(name.region) ?? null);
}

/** `+03`, `-0330`: what the tz database has where nobody uses letters. `offset` is in seconds east of UTC. */
export function numericAbbreviation(offset: number): string {
  const minutes = Math.abs(Math.trunc(offset / 60));
  const hours = String(Math.floor(minutes / 60)).padStart(2, "0");
  const rest = minutes % 60 === 0 ? "" : String(minutes % 60).padStart(2, "0");
  return `${offset < 0 ? "-" : "+"}${hours}${rest}`;
}
