// One line of the access log, made of the fields that `AccessLogFmt` names (server specification §5.2).

/** What can be logged of one answered request. Everything is a byte string; null stands for an absent value. */
export interface AccessRecord {
  client: string | null;
  peer: string | null;
  requestLine: string;
  status: number;
  /** Bytes of the body as sent. */
  bytes: number;
  /** Bytes of the body before compression; 0 if it was not compressed. */
  uncompressed: number;
  program: string;
  /** Number of the request on its connection, from 1. */
  requestNumber: number;
  /** The user that the service knows; 0 for none. */
  userId: bigint;
  /** What the service wants to have logged. */
  custom: string | null;
  header(name: string): string | null;
}

const LINE_LIMIT = 1024;

type Field = (record: AccessRecord) => string;

const FIELDS: Record<string, Field> = {
  i: (r) => r.client ?? "-",
  I: (r) => r.peer ?? "-",
  t: () => timestamp(Date.now()),
  1: (r) => quoted(r.requestLine.slice(0, LINE_LIMIT)),
  s: (r) => String(r.status),
  b: (r) => String(r.bytes),
  z: (r) => String(r.uncompressed),
  v: (r) => r.program,
  U: (r) => r.userId.toString(16),
  r: (r) => plain(r.header("referer")),
  u: (r) => quoted(r.header("user-agent")),
  q: (r) => String(r.requestNumber),
  2: (r) => (r.custom === null ? "-" : `[${r.custom}]`),
  R: (r) => quoted(r.header("x-okws-real-ip")),
  S: (r) => quoted(r.header("x-okws-real-source")),
};

/** Returns the function that formats lines by the letters of `format`. */
export function accessLineFormatter(format: string): (record: AccessRecord) => string {
  const fields = [...format].map((letter) => FIELDS[letter] ?? (() => letter));
  return (record) => fields.map((field) => field(record)).join(" ");
}

/** The additional line of the error log for a response with an error status (§5.3). */
export function errorLine(client: string | null, program: string, text: string, status: number): string {
  return `${client ?? "-"} ${program} ${timestamp(Date.now())} ${text || "-"} ${status}`;
}

let stampSecond = -1;
let stampText = "";

/** Local time as `[YYYY-MM-DD:HH:MM:SS +ZZZZ]`; `time` in milliseconds. */
export function timestamp(time: number): string {
  const second = Math.floor(time / 1000);
  if (second === stampSecond) return stampText;
  const date = new Date(time);
  const two = (n: number) => String(n).padStart(2, "0");
  const offset = -date.getTimezoneOffset();
  const zone = `${offset < 0 ? "-" : "+"}${two(Math.floor(Math.abs(offset) / 60))}${two(Math.abs(offset) % 60)}`;
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  stampText = `[${day}:${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())} ${zone}]`;
  stampSecond = second;
  return stampText;
}

/** In double quotes, so that the value cannot end the field. Control characters are escaped by the log channel. */
function quoted(value: string | null): string {
  return value === null ? "-" : `"${value.replace(/["\\]/g, "\\$&")}"`;
}

/** A value that stands without quotes must be one word. */
function plain(value: string | null): string {
  return value === null || value === "" ? "-" : value.replaceAll(" ", "%20");
}
