import { expect, test } from "vitest";
import { breakDown } from "./calendar.js";
import { strftime } from "./strftime.js";
import { zoneOf } from "./zone.js";

/** Monday, February 28, 2000, 19:00:05 in New York. */
const TIME = breakDown(951_782_405n, zoneOf("America/New_York"))!;

test.each<[format: string, expected: string | null]>([
  ["%a %A %b %B %h", "Mon Monday Feb February Feb"],
  [
    "%c|%D|%F|%r|%R|%T|%x|%X",
    "Mon Feb 28 19:00:05 2000|02/28/00|2000-02-28|07:00:05 PM|19:00|19:00:05|02/28/00|19:00:05",
  ],
  ["%C %d %e %g %G %H %I %j %k %l", "20 28 28 00 2000 19 07 059 19  7"],
  ["%m %M %p %P %s %S %u %U %V %w %W %y %Y", "02 00 PM pm 951782405 05 1 09 09 1 09 00 2000"],
  ["%z %Z %% [%n] [%t]", "-0500 EST % [\n] [\t]"],
  // Flags and widths.
  ["%-d|%_H|%0e|%-l|%_m|%-5d|%05e|%_5j", "28|19|28|7| 2|   28|00028|   59"],
  ["%^a|%#a|%#B|%^p|%#p|%#Z|%^Z|%#P|%#r", "MON|MON|FEBRUARY|PM|pm|est|EST|pm|07:00:05 PM"],
  ["%10Y|%_10Y|%5B|%10B|%^010B|%3u", "0000002000|      2000|February|  February|00FEBRUARY|001"],
  ["%20c|%012F|%10D|%_10T|%5%|%05%", "Mon Feb 28 19:00:05 2000|002000-02-28|  02/28/00|  19:00:05|    %|0000%"],
  ["%12s|%012s|%-s", "   951782405|000951782405|951782405"],
  ["%10z|%_10z|%-z", "         -0000000500|         -       500|-500"],
  ["%10Z|%010Z|%5n|%05t", "       EST|0000000EST|    \n|0000\t"],
  // Modifiers that mean nothing here, and those that are refused.
  ["%Ec|%EY|%Ey|%Od|%OH", "Mon Feb 28 19:00:05 2000|2000|00|28|19"],
  ["%Ed|%OY|%Ea|%^Oc|%#Eb|%EE|%E5d", "%Ed|%OY|%Ea|%^OC|%#EB|%EE|%E5d"],
  ["%E%|%3O%d", "%|  %d"],
  // What is no conversion.
  ["%q|%5q|%^q|%N|%:z|%+d|%f", "%q|  %5q|%^Q|%N|%:z|%+d|%f"],
  ["end%", "end%"],
  ["%5", "   %5"],
  ["%-", "%-"],
  ["caf\xc3\xa9 %Y", "caf\xc3\xa9 2000"],
  ["before\0%Y", "before"],
  // Limits.
  ["", null],
  ["\0%Y", null],
  ["%1023d", `${"0".repeat(1021)}28`],
  ["%1024d", null],
  ["%99999999999999999999d", null],
  ["x".repeat(1023), "x".repeat(1023)],
  ["x".repeat(1024), null],
  ["%c".repeat(1_000_000), null],
])("%j", (format, expected) => {
  expect(strftime(format, TIME)).toBe(expected);
});

test.each<[epoch: bigint, format: string, expected: string]>([
  [-62_198_755_200n, "%C %g %G %y %Y %F", "-1 98 -2 99 -1 -1-01-01"],
  [-63_145_440_000n, "%5Y|%_5Y|%-Y", "-0031|  -31|-31"],
  [253_402_300_800n, "%Y %C %y", "10000 100 00"],
  // ISO weeks around New Year.
  [1_104_537_600n, "%G-W%V-%u %U %W", "2004-W53-6 00 00"],
  [1_230_681_600n, "%G-W%V-%u %g", "2009-W01-3 09"],
  [1_262_304_000n, "%G-W%V-%u %U %W", "2009-W53-5 00 00"],
  [1_609_459_200n, "%G-W%V-%u", "2020-W53-5"],
  // Midnight and noon.
  [0n, "%I %l %p", "12 12 AM"],
  [43_200n, "%I %l %p", "12 12 PM"],
])("%s as %s", (epoch, format, expected) => {
  expect(strftime(format, breakDown(epoch, zoneOf("UTC"))!)).toBe(expected);
});
