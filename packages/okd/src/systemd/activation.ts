// Sockets that systemd has opened for the server (socket activation): they are there before the first start and while it
// starts again, so that no client is refused, and ports below 1024 need no privilege.

import { adoptListener, type NativeHandle } from "../process/native-handles.js";

/** The first descriptor that systemd passes. */
export const FIRST_ACTIVATED = 3;

/** Variables that systemd sets for a unit with sockets. */
export interface ActivationVariables {
  LISTEN_PID?: string;
  LISTEN_FDS?: string;
}

export interface ActivatedSocket {
  address: string;
  port: number;
  handle: NativeHandle;
}

/** How many descriptors were passed to the process `pid`. */
export function activatedCount({ LISTEN_PID, LISTEN_FDS }: ActivationVariables, pid: number): number {
  return Number(LISTEN_PID) === pid && /^\d+$/.test(LISTEN_FDS ?? "") ? Number(LISTEN_FDS) : 0;
}

/** The TCP sockets among them. `refused` gets a line for each other one. */
export function activatedSockets(
  environment: ActivationVariables,
  pid: number,
  refused: (line: string) => void,
): ActivatedSocket[] {
  const sockets: ActivatedSocket[] = [];
  for (let index = 0; index < activatedCount(environment, pid); index++) {
    const descriptor = FIRST_ACTIVATED + index;
    const socket = adoptListener(descriptor);
    if (socket) sockets.push(socket);
    else refused(`descriptor ${descriptor}, which systemd has passed, is no TCP socket that listens; it is ignored`);
  }
  return sockets;
}
