/**
 * Reading the body of a request: with a limit of its length and of its time (server specification §3.6).
 */
import { ClientGone, HttpError } from "./errors.js";
import type { HostRequest } from "./host.js";

export interface BodyLimits {
  /** Bytes. */
  readonly length: number;
  /** When the whole request must have arrived, epoch milliseconds. */
  readonly deadline: number;
}

const TOO_LATE = Symbol("too late");

/**
 * The body in pieces. Throws `HttpError` 413 when it is too long (at once if its announced length is), 408 when it
 * comes too slowly, `ClientGone` when the client goes away.
 */
export async function* readPieces(
  request: HostRequest,
  announced: number | undefined,
  limits: BodyLimits,
): AsyncGenerator<Uint8Array, void> {
  if (announced !== undefined && announced > limits.length) throw tooLong(limits.length);
  const pieces = request.body()[Symbol.asyncIterator]();
  for (let length = 0; ; ) {
    const next = await inTime(
      pieces.next().catch(() => {
        throw new ClientGone();
      }),
      limits.deadline,
    );
    if (next === TOO_LATE) throw new HttpError(408, "the request did not arrive in time");
    if (next.done) return;
    length += next.value.length;
    if (length > limits.length) throw tooLong(limits.length);
    yield next.value;
  }
}

function tooLong(limit: number): HttpError {
  return new HttpError(413, `the body of the request is longer than ${limit} bytes`);
}

async function inTime<T>(work: Promise<T>, deadline: number): Promise<T | typeof TOO_LATE> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<typeof TOO_LATE>((resolve) => {
    timer = setTimeout(() => resolve(TOO_LATE), Math.max(0, deadline - Date.now()));
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
