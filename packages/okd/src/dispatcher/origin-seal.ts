// Proof of what the dispatcher told a service about a connection, so that it can be believed when the service gives the
// connection back: a service that was taken over must not be able to invent clients' addresses.

import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { fstatSync } from "node:fs";
import type { ConnectionOrigin } from "../process/messages.js";
import type { NativeHandle } from "../process/native-handles.js";

const LENGTH = 22;

/** One secret, which never leaves the dispatcher. */
export class OriginSeal {
  readonly #key = randomBytes(32);

  /** The seal of what is said about one socket; it fits no other socket. */
  of(handle: NativeHandle, port: number, origin: ConnectionOrigin): string {
    const { clientAddress, clientPort, cipher, ordinal } = origin;
    const said = [fstatSync(handle.fd).ino, port, clientAddress, clientPort, cipher, ordinal].join(" ");
    return createHmac("sha256", this.#key).update(said, "latin1").digest("base64url").slice(0, LENGTH);
  }

  isGenuine(seal: string, handle: NativeHandle, port: number, origin: ConnectionOrigin): boolean {
    const genuine = this.of(handle, port, origin);
    return seal.length === genuine.length && timingSafeEqual(Buffer.from(seal), Buffer.from(genuine));
  }
}
