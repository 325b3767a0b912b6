/**
 * What the matcher needs to know of Unicode: properties (`\p{…}`), case folding, and the UTF-8 form of code points.
 * Only patterns in UTF or UCP mode come here; byte patterns know ASCII alone.
 */

export type CodeTest = (code: number) => boolean;

/** General categories that `\p` accepts, beside the one-letter ones. */
const CATEGORIES = new Set(
  "C Cc Cf Cn Co Cs L Ll Lm Lo Lt Lu M Mc Me Mn N Nd Nl No P Pc Pd Pe Pf Pi Po Ps S Sc Sk Sm So Z Zl Zp Zs".split(" "),
);

/** Scripts that PCRE 8.39 knows (Unicode 7). */
const SCRIPTS = new Set(
  (
    "Arabic Armenian Avestan Balinese Bamum Bassa_Vah Batak Bengali Bopomofo Brahmi Braille Buginese Buhid " +
    "Canadian_Aboriginal Carian Caucasian_Albanian Chakma Cham Cherokee Common Coptic Cuneiform Cypriot Cyrillic " +
    "Deseret Devanagari Duployan Egyptian_Hieroglyphs Elbasan Ethiopic Georgian Glagolitic Gothic Grantha Greek " +
    "Gujarati Gurmukhi Han Hangul Hanunoo Hebrew Hiragana Imperial_Aramaic Inherited Inscriptional_Pahlavi " +
    "Inscriptional_Parthian Javanese Kaithi Kannada Katakana Kayah_Li Kharoshthi Khmer Khojki Khudawadi Lao Latin " +
    "Lepcha Limbu Linear_A Linear_B Lisu Lycian Lydian Mahajani Malayalam Mandaic Manichaean Meetei_Mayek " +
    "Mende_Kikakui Meroitic_Cursive Meroitic_Hieroglyphs Miao Modi Mongolian Mro Myanmar Nabataean New_Tai_Lue Nko " +
    "Ogham Ol_Chiki Old_Italic Old_North_Arabian Old_Permic Old_Persian Old_South_Arabian Old_Turkic Oriya Osmanya " +
    "Pahawh_Hmong Palmyrene Pau_Cin_Hau Phags_Pa Phoenician Psalter_Pahlavi Rejang Runic Samaritan Saurashtra Sharada " +
    "Shavian Siddham Sinhala Sora_Sompeng Sundanese Syloti_Nagri Syriac Tagalog Tagbanwa Tai_Le Tai_Tham Tai_Viet " +
    "Takri Tamil Telugu Thaana Thai Tibetan Tifinagh Tirhuta Ugaritic Vai Warang_Citi Yi"
  ).split(" "),
);

/** PCRE's own properties, as JavaScript classes. */
const SPECIAL: Record<string, string> = {
  Any: "[^]",
  "L&": "[\\p{Lu}\\p{Ll}\\p{Lt}]",
  Xan: "[\\p{L}\\p{N}]",
  Xsp: "[\\p{Z}\\t-\\r]",
  Xps: "[\\p{Z}\\t-\\r]",
  Xuc: "[$@`\\u00a0-\\ud7ff\\ue000-\\u{10ffff}]",
  Xwd: "[\\p{L}\\p{N}_]",
  // Not names that a pattern may use: the POSIX classes under UCP.
  "posix-graph": "[^\\p{Z}\\p{Cc}\\p{Cs}\\p{Cn}]",
  "posix-print": "[^\\p{Zl}\\p{Zp}\\p{Cc}\\p{Cs}\\p{Cn}]",
  "posix-punct": "[\\p{P}$+<=>^`|~]",
};

const tests = new Map<string, CodeTest>();

/** The test for a property name as written in `\p{…}`; `null` when PCRE knows no such property. */
export function propertyTest(name: string): CodeTest | null {
  const known = tests.get(name);
  if (known) return known;
  let source: string;
  if (Object.hasOwn(SPECIAL, name)) source = SPECIAL[name];
  else if (CATEGORIES.has(name)) source = `\\p{${name}}`;
  else if (SCRIPTS.has(name)) source = `\\p{Script=${name}}`;
  else return null;
  const expression = new RegExp(`^${source}$`, "u");
  const test = (code: number) => code <= 0x10ffff && expression.test(String.fromCodePoint(code));
  tests.set(name, test);
  return test;
}

/** Characters that fold to another one, which does not lead back to them by upper- or lower-casing. */
const ONE_WAY = [
  0xb5, 0x17f, 0x1c5, 0x1c8, 0x1cb, 0x1f2, 0x345, 0x3c2, 0x3d0, 0x3d1, 0x3d5, 0x3d6, 0x3f0, 0x3f1, 0x3f4, 0x3f5, 0x1e9b,
  0x1fbe, 0x2126, 0x212a, 0x212b,
];

/** The code points that a caseless match takes for `code`, itself included. */
export function caseEquivalents(code: number): number[] {
  if (code < 0x80 && !isAsciiLetter(code)) return [code];
  const text = String.fromCodePoint(code);
  const found = new Set([code]);
  for (const form of [text.toLowerCase(), text.toUpperCase(), text.toUpperCase().toLowerCase()]) {
    const other = form.codePointAt(0) as number;
    if (form.length === (other > 0xffff ? 2 : 1)) found.add(other);
  }
  for (const odd of ONE_WAY) {
    const oddText = String.fromCodePoint(odd);
    const lower = oddText.toLowerCase().codePointAt(0) as number;
    const upper = oddText.toUpperCase().codePointAt(0) as number;
    if (found.has(lower) || found.has(upper)) found.add(odd).add(lower).add(upper);
  }
  return [...found];
}

function isAsciiLetter(code: number): boolean {
  return (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
}

/** The UTF-8 form of a code point, as a byte string. */
export function utf8Bytes(code: number): string {
  if (code < 0x80) return String.fromCharCode(code);
  if (code < 0x800) return String.fromCharCode(0xc0 | (code >> 6), 0x80 | (code & 63));
  if (code < 0x10000) return String.fromCharCode(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
  return String.fromCharCode(
    0xf0 | (code >> 18),
    0x80 | ((code >> 12) & 63),
    0x80 | ((code >> 6) & 63),
    0x80 | (code & 63),
  );
}

/** Bytes that the character starting with this byte takes, in valid UTF-8. */
export function utf8Width(lead: number): number {
  return lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

/** The code point at an offset of valid UTF-8; a byte in the middle of a character counts as itself. */
export function codeAt(bytes: string, at: number): number {
  const lead = bytes.charCodeAt(at);
  if (lead < 0xc0) return lead;
  const second = bytes.charCodeAt(at + 1) & 63;
  if (lead < 0xe0) return ((lead & 31) << 6) | second;
  const third = bytes.charCodeAt(at + 2) & 63;
  if (lead < 0xf0) return ((lead & 15) << 12) | (second << 6) | third;
  return ((lead & 7) << 18) | (second << 12) | (third << 6) | (bytes.charCodeAt(at + 3) & 63);
}

/**
 * Offset of the first character that is not valid UTF-8 (over-long forms, surrogates and values above U+10FFFF count
 * as invalid), or −1.
 */
export function invalidUtf8Offset(bytes: string, from = 0): number {
  for (let at = from; at < bytes.length; ) {
    const lead = bytes.charCodeAt(at);
    if (lead < 0x80) {
      at++;
      continue;
    }
    if (lead < 0xc2 || lead > 0xf4) return at;
    const width = utf8Width(lead);
    if (at + width > bytes.length) return at;
    for (let follow = 1; follow < width; follow++) {
      if ((bytes.charCodeAt(at + follow) & 0xc0) !== 0x80) return at;
    }
    const code = codeAt(bytes, at);
    const least = width === 2 ? 0x80 : width === 3 ? 0x800 : 0x10000;
    if (code < least || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return at;
    at += width;
  }
  return -1;
}
