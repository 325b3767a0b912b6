// Entries of the access log, made of the fields that `AccessLogFmt` names (server specification §5.2), and of the error
// log (§5.3): as a line of words or as a JSON object.

import { jsonBytes } from "./json-entry.js";

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
  /** Milliseconds from the end of the head to the end of the answer; null when there was no whole request. */
  time: number | null;
  header(name: string): string | null;
}

const LINE_LIMIT = 1024;

interface Field {
  line(record: AccessRecord): string;
  /** Name and value in a JSON object. */
  name: string;
  value(record: AccessRecord): string | number | null | undefined;
}

const FIELDS: Record<string, Field> = {
  i: { line: (r) => r.client ?? "-", name: "client", value: (r) => r.client },
  I: { line: (r) => r.peer ?? "-", name: "peer", value: (r) => r.peer },
  t: { line: () => timestamp(Date.now()), name: "time", value: () => new Date().toISOString() },
  1: {
    line: (r) => quoted(r.requestLine.slice(0, LINE_LIMIT)),
    name: "request",
    value: (r) => r.requestLine.slice(0, LINE_LIMIT),
  },
  s: { line: (r) => String(r.status), name: "status", value: (r) => r.status },
  b: { line: (r) => String(r.bytes), name: "bytes", value: (r) => r.bytes },
  z: { line: (r) => String(r.uncompressed), name: "uncompressed", value: (r) => r.uncompressed },
  v: { line: (r) => r.program, name: "service", value: (r) => r.program },
  U: {
    line: (r) => r.userId.toString(16),
    name: "user",
    value: (r) => (r.userId === 0n ? undefined : r.userId.toString(16)),
  },
  r: { line: (r) => plain(r.header("referer")), name: "referer", value: (r) => r.header("referer") ?? undefined },
  u: {
    line: (r) => quoted(r.header("user-agent")),
    name: "userAgent",
    value: (r) => r.header("user-agent") ?? undefined,
  },
  q: { line: (r) => String(r.requestNumber), name: "requestNumber", value: (r) => r.requestNumber },
  2: {
    line: (r) => (r.custom === null ? "-" : `[${r.custom.replace(/[\]\\]/g, "\\$&")}]`),
    name: "custom",
    value: (r) => r.custom ?? undefined,
  },
  R: {
    line: (r) => quoted(r.header("x-okws-real-ip")),
    name: "realIp",
    value: (r) => r.header("x-okws-real-ip") ?? undefined,
  },
  S: {
    line: (r) => quoted(r.header("x-okws-real-source")),
    name: "realSource",
    value: (r) => r.header("x-okws-real-source") ?? undefined,
  },
};

/** How entries of both logs are written. */
export interface LogFormatter {
  access(record: AccessRecord): string;
  /** The additional entry for a response with an error status. */
  error(record: Pick<AccessRecord, "client" | "program" | "status">, text: string): string;
}

/** `format`: letters of the fields. As JSON objects they have further fields that lines have not. */
export function logFormatter(format: string, asJson: boolean): LogFormatter {
  return asJson ? jsonFormatter(format) : { access: accessLineFormatter(format), error: errorLine };
}

/** Returns the function that formats lines by the letters of `format`. */
function accessLineFormatter(format: string): (record: AccessRecord) => string {
  const fields = [...format].map((letter) => FIELDS[letter]?.line ?? (() => letter));
  return (record) => fields.map((field) => field(record)).join(" ");
}

function errorLine(record: Pick<AccessRecord, "client" | "program" | "status">, text: string): string {
  const { client, program, status } = record;
  return `${client ?? "-"} ${program} ${timestamp(Date.now())} ${text || "-"} ${status}`;
}

/** The version and the id of a W3C trace context. */
const TRACE_PARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/;

function jsonFormatter(format: string): LogFormatter {
  const fields = [...format].flatMap((letter) => (FIELDS[letter] ? [FIELDS[letter]] : []));
  return {
    access(record) {
      const entry = Object.fromEntries(fields.map(({ name, value }) => [name, value(record)]));
      const milliseconds = record.time === null ? undefined : Math.round(record.time * 10) / 10;
      const traceId = TRACE_PARENT.exec(record.header("traceparent") ?? "")?.[1];
      return jsonBytes({ ...entry, milliseconds, traceId });
    },
    error({ client, program, status }, text) {
      const message = text || undefined;
      return jsonBytes({ time: new Date().toISOString(), level: "error", client, service: program, status, message });
    },
  };
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
