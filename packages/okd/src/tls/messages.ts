// What launcher, TLS processes, HTTP/2 gateway and dispatcher say to each other.

import type { ConnectionOrigin, NewLogChannel } from "../process/messages.js";

/** Descriptors of a front process beyond the log channel (`CHILD_DESCRIPTORS.log`). */
export const FRONT_DESCRIPTORS = {
  /** Channel to the dispatcher. */
  dispatcher: 5,
  /** TLS process: channel to the HTTP/2 gateway. */
  http2: 6,
  /** TLS process: the first of the opened certificate and key files. */
  files: 7,
} as const;

/** A certificate (chain) and its key: files that the launcher has opened, so that the process needs no right to. */
export interface CertificateFiles {
  certificate: string;
  certificateDescriptor: number;
  key: string;
  keyDescriptor: number;
}

export interface TlsConfiguration {
  /** Name of the channel. */
  name: string;
  /** The first one is for clients that name no host, or an unknown one. */
  certificates: CertificateFiles[];
  /** Milliseconds for the handshake, and without any transfer. */
  timeout: number;
  /** OpenSSL cipher string; null for the library's default. */
  ciphers: string | null;
  honorCipherOrder: boolean;
  allowClientRenegotiation: boolean;
  http2: boolean;
  /** For the choice of a sibling; 0 for none. */
  ordinal: number;
  backlog: number;
  /** Directory of this process alone. */
  directory: string;
  flushInterval: number;
}

export interface Http2Configuration {
  timeout: number;
  directory: string;
  flushInterval: number;
}

export type TlsOrder =
  | { type: "start"; configuration: TlsConfiguration }
  /** With a bound listening handle. */
  | { type: "listener"; port: number }
  | NewLogChannel
  /** Accept no more, end with the last connection. */
  | { type: "stop" };

export type Http2Order =
  | { type: "start"; configuration: Http2Configuration }
  /** With this side's end of the channel of a TLS process. */
  | { type: "source" }
  | NewLogChannel
  | { type: "stop" };

export type FrontReport =
  | { type: "ready" }
  /** A remark for the operator. */
  | { type: "notice"; text: string }
  | { type: "failed"; message: string };

/** The one kind of message on the channels between TLS process, gateway and dispatcher; it carries a descriptor. */
export const FRONT_CONNECTION = "F";

/** A decrypted connection. */
export interface FrontConnection {
  /** The port that accepted it. */
  port: number;
  origin: ConnectionOrigin;
}

export function encodeFrontConnection(connection: FrontConnection): string {
  return JSON.stringify(connection);
}

/** The inverse. The senders are processes of the server without other duties, and are believed. */
export function decodeFrontConnection(payload: Buffer): FrontConnection {
  return JSON.parse(payload.toString("latin1")) as FrontConnection;
}
