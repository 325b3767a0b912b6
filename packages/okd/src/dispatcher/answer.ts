// The few responses that the dispatcher writes itself: error pages for connections that no service gets, and
// pages about the server.

import { errorPage, PHRASES } from "pub-runtime/service";
import type { ServerIdentity } from "../process/messages.js";
import type { Arrival } from "./arrival.js";

/** Milliseconds for the client to stop sending after an early answer (server specification §3.6). */
const LINGER_TIME = 1000;

/** Answers with the built-in error page and closes the connection. Returns the length of the body in bytes. */
export function answerError(arrival: Arrival, status: number, identity: ServerIdentity): number {
  const body = errorPage(status, identity, status === 404 ? arrival.head?.path : undefined);
  return answerText(arrival, { status, type: "text/html", body }, identity);
}

/** Answers with a text (byte string) and closes the connection. Returns the length of the body in bytes. */
export function answerText(
  arrival: Arrival,
  { status, type, body }: { status: number; type: string; body: string },
  identity: ServerIdentity,
): number {
  const { head } = arrival;
  const lines = [
    `HTTP/${head?.minorVersion === 0 ? "1.0" : "1.1"} ${status} ${PHRASES[status] ?? ""}`,
    `Date: ${new Date().toUTCString()}`,
    `Content-Type: ${type}`,
    "Connection: close",
    "Cache-control: private",
    `Server: ${identity.serverHeader}`,
    ...(status === 503 ? ["Retry-After: 1"] : []),
    `Content-Length: ${body.length}`,
  ];
  const start = `${lines.join("\r\n")}\r\n\r\n`;
  arrival.answer(head?.method === "HEAD" ? start : start + body, LINGER_TIME);
  return body.length;
}
