/**
 * What the matcher asks about one position of a subject: anchors, word boundaries, line ends, graphemes.
 */
import type { Anchor } from "./nodes.js";
import { caseEquivalents, codeAt, propertyTest, utf8Width } from "./unicode.js";

/** Whether a zero-width test holds; `origin` is the start of the subject. */
export function positionMatches(
  { anchor, flag }: { anchor: Anchor; flag: boolean },
  subject: string,
  origin: number,
  position: number,
  utf: boolean,
): boolean {
  const end = subject.length;
  const isLineFeed = (at: number) => subject.charCodeAt(at) === 10;
  switch (anchor) {
    case "subject-start":
      return position === origin;
    case "line-start":
      return position === origin || (position < end && isLineFeed(position - 1));
    case "subject-end":
      return position === end;
    case "last-line-end":
      return position === end || (position === end - 1 && isLineFeed(position));
    case "line-end":
      return position === end || isLineFeed(position);
    default: {
      const before = position > origin && isWordAt(subject, startOfPrevious(subject, position, utf), utf, flag);
      const after = position < end && isWordAt(subject, position, utf, flag);
      return (before !== after) === (anchor === "word-boundary");
    }
  }
}

function startOfPrevious(subject: string, position: number, utf: boolean): number {
  let at = position - 1;
  while (utf && at > 0 && (subject.charCodeAt(at) & 0xc0) === 0x80) at--;
  return at;
}

function isWordAt(subject: string, at: number, utf: boolean, unicode: boolean): boolean {
  const code = utf ? codeAt(subject, at) : subject.charCodeAt(at);
  if (unicode) return propertyTest("Xwd")?.(code) === true;
  return code < 128 && /\w/.test(String.fromCharCode(code));
}

/** The end of the line break (`\R`) at a position, or −1. */
export function newlineEnd(subject: string, position: number, utf: boolean, unicode: boolean): number {
  if (position >= subject.length) return -1;
  const code = utf ? codeAt(subject, position) : subject.charCodeAt(position);
  if (code === 13) return subject.charCodeAt(position + 1) === 10 ? position + 2 : position + 1;
  if (code === 10) return position + 1;
  const other = code === 11 || code === 12 || code === 0x85 || code === 0x2028 || code === 0x2029;
  return unicode && other ? position + (utf ? utf8Width(subject.charCodeAt(position)) : 1) : -1;
}

/** Bytes that are looked at for the end of one grapheme. */
const GRAPHEME_WINDOW = 256;

/** The end of the extended grapheme cluster (`\X`) at a position, or −1 at the end of the subject. */
export function graphemeEnd(subject: string, position: number, utf: boolean): number {
  if (position >= subject.length) return -1;
  if (!utf) return subject.startsWith("\r\n", position) ? position + 2 : position + 1;
  let text = "";
  for (let at = position; at < subject.length && at < position + GRAPHEME_WINDOW; ) {
    text += String.fromCodePoint(codeAt(subject, at));
    at += utf8Width(subject.charCodeAt(at));
  }
  const [first] = new Intl.Segmenter("en", { granularity: "grapheme" }).segment(text);
  let end = position;
  for (const _ of first.segment) end += utf8Width(subject.charCodeAt(end));
  return end;
}

/** The end of `text` at a position when case is ignored, or −1. */
export function sameIgnoringCase(subject: string, position: number, text: string, utf: boolean): number {
  let at = position;
  for (let index = 0; index < text.length; ) {
    if (at >= subject.length) return -1;
    const wanted = utf ? codeAt(text, index) : text.charCodeAt(index);
    const found = utf ? codeAt(subject, at) : subject.charCodeAt(at);
    const same =
      found === wanted || (utf || (wanted < 128 && found < 128) ? caseEquivalents(wanted).includes(found) : false);
    if (!same || (!utf && found > 127 && found !== wanted)) return -1;
    index += utf ? utf8Width(text.charCodeAt(index)) : 1;
    at += utf ? utf8Width(subject.charCodeAt(at)) : 1;
  }
  return at;
}
