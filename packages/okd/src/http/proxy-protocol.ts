// The header with which a proxy begins a connection to tell the client's address: PROXY protocol, versions 1 and 2.

import { isIP } from "node:net";

export type ProxyHeader =
  | { kind: "incomplete" }
  | { kind: "refused" }
  /** `length`: bytes of the header. `address` is null when the proxy speaks for itself (a health check). */
  | { kind: "header"; length: number; address: string | null; port: number };

const SIGNATURE = Buffer.from("\r\n\r\n\0\r\nQUIT\n", "latin1");
const START = Buffer.from("PROXY ", "latin1");

/** Bytes of the longest header of version 1, with its line end. */
const LINE_LIMIT = 107;

/** Bytes before the addresses in a header of version 2. */
const FIXED_LENGTH = 16;

const REFUSED: ProxyHeader = { kind: "refused" };
const INCOMPLETE: ProxyHeader = { kind: "incomplete" };

/** Reads the header at the beginning of all bytes so far. */
export function parseProxyHeader(bytes: Buffer): ProxyHeader {
  if (isStartOf(bytes, START)) return bytes.length < START.length ? INCOMPLETE : parseLine(bytes);
  if (isStartOf(bytes, SIGNATURE)) return bytes.length < FIXED_LENGTH ? INCOMPLETE : parseBinary(bytes);
  return REFUSED;
}

/** The bytes begin as `expected` does, as far as they go. */
function isStartOf(bytes: Buffer, expected: Buffer): boolean {
  const length = Math.min(bytes.length, expected.length);
  return bytes.compare(expected, 0, length, 0, length) === 0;
}

function parseLine(bytes: Buffer): ProxyHeader {
  const end = bytes.indexOf("\r\n", 0, "latin1");
  if (end === -1 || end + 2 > LINE_LIMIT) return bytes.length < LINE_LIMIT ? INCOMPLETE : REFUSED;
  const words = bytes.toString("latin1", 0, end).split(" ");
  const length = end + 2;
  if (words[1] === "UNKNOWN") return { kind: "header", length, address: null, port: 0 };
  const [, family, source, destination, sourcePort, destinationPort] = words;
  const version = { TCP4: 4, TCP6: 6 }[family];
  const isValid =
    words.length === 6 &&
    version !== undefined &&
    isIP(source) === version &&
    isIP(destination) === version &&
    isPort(sourcePort) &&
    isPort(destinationPort);
  return isValid ? { kind: "header", length, address: source, port: Number(sourcePort) } : REFUSED;
}

function isPort(text: string): boolean {
  return /^(?:0|[1-9]\d{0,4})$/.test(text) && Number(text) <= 65535;
}

function parseBinary(bytes: Buffer): ProxyHeader {
  const [version, command] = [bytes[12] >> 4, bytes[12] & 15];
  const length = FIXED_LENGTH + bytes.readUInt16BE(14);
  if (version !== 2 || command > 1) return REFUSED;
  if (bytes.length < length) return INCOMPLETE;
  const local: ProxyHeader = { kind: "header", length, address: null, port: 0 };
  if (command === 0) return local;
  const data = bytes.subarray(FIXED_LENGTH, length);
  switch (bytes[13]) {
    case 0x11:
      if (data.length < 12) return REFUSED;
      return { kind: "header", length, address: data.subarray(0, 4).join("."), port: data.readUInt16BE(8) };
    case 0x21:
      if (data.length < 36) return REFUSED;
      return { kind: "header", length, address: ipv6Text(data), port: data.readUInt16BE(32) };
    default:
      // Other transports have no address that means anything here.
      return local;
  }
}

/** The first 16 bytes as text, in the shortest form. */
function ipv6Text(data: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, index) => data.readUInt16BE(index * 2).toString(16)).join(":");
  return new URL(`http://[${groups}]/`).hostname.slice(1, -1);
}
