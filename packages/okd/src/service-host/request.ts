// One HTTP request as a service sees it. Texts are byte strings.

import type { RequestHead } from "../http/request-head.js";

/** What a request needs from its connection. */
export interface RequestSource {
  /** The reader of the body is ready for more. */
  wantBody(): void;
}

/** Where a request came from. */
export interface RequestOrigin {
  /** Address and port of the TCP peer, or of the client that a proxy protocol told. */
  readonly client: string | null;
  readonly clientPort: number;
  /** The port that accepted the connection. */
  readonly port: number;
  /** When the connection was accepted, and when it came to this process (epoch milliseconds). */
  readonly acceptedAt: number;
  readonly forwardedAt: number;
  /** Description of the cipher; empty without TLS. */
  readonly cipher: string;
}

/** Bytes of a body that are kept for a slow reader before the client has to wait. */
export const BODY_AHEAD_LIMIT = 64 * 1024;

/** The client went away in the middle of its request. */
export class RequestAborted extends Error {
  constructor() {
    super("the client closed the connection before the request was complete");
  }
}

export class Request {
  readonly method: string;
  /** As sent. */
  readonly target: string;
  /** Path as sent: not decoded, without query. */
  readonly path: string;
  readonly head: RequestHead;
  /** When its head was complete (`performance.now()`). */
  readonly since = performance.now();
  readonly #source: RequestSource;
  #headers: Map<string, string> | null = null;
  #chunks: Buffer[] = [];
  #kept = 0;
  #complete: boolean;
  #aborted = false;
  #hasInputEnded = false;
  readonly #inputEndListeners: (() => void)[] = [];
  #wake: (() => void) | null = null;

  constructor(
    head: RequestHead,
    /** Where it came from. */
    readonly origin: RequestOrigin,
    /** Number of the request on its connection, from 1. */
    readonly number: number,
    /** 0, or the error status that the request is to be answered with. */
    readonly askedStatus: number,
    source: RequestSource,
  ) {
    this.head = head;
    this.method = head.method;
    this.target = head.target;
    this.path = head.path;
    this.#complete = head.bodyLength === 0;
    this.#source = source;
  }

  /** The query as sent, without question mark. */
  get query(): string {
    const mark = this.target.indexOf("?");
    return mark === -1 ? "" : this.target.slice(mark + 1);
  }

  /** Value of a header (name in lower case); the first one if it is repeated. */
  header(name: string): string | undefined {
    this.#headers ??= parseHeaders(this.head.text);
    return this.#headers.get(name);
  }

  /** All header fields in the order of their arrival. */
  get fields(): [name: string, value: string][] {
    return fieldsOf(this.head.text);
  }

  /** All of the body has arrived. */
  get isComplete(): boolean {
    return this.#complete;
  }

  /** Bytes of the body that wait for their reader. */
  get kept(): number {
    return this.#kept;
  }

  /** The body in pieces, decoded. Throws `RequestAborted`. To be read once. */
  async *body(): AsyncGenerator<Buffer, void> {
    for (;;) {
      const chunk = this.#chunks.shift();
      if (chunk) {
        this.#kept -= chunk.length;
        yield chunk;
      } else if (this.#aborted) {
        throw new RequestAborted();
      } else if (this.#complete) {
        return;
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
          this.#source.wantBody();
        });
      }
    }
  }

  /** The whole body, or null if it has more than `limit` bytes (it is then not read to its end). */
  async readBody(limit: number): Promise<Buffer | null> {
    if (this.head.bodyLength > limit) return null;
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of this.body()) {
      length += chunk.length;
      if (length > limit) return null;
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  }

  /** For the connection: decoded bytes of the body, which are kept. */
  addBody(piece: Buffer): void {
    this.#chunks.push(piece);
    this.#kept += piece.length;
    this.#awaken();
  }

  /** For the connection: the body ends here. */
  completeBody(): void {
    this.#complete = true;
    this.#awaken();
  }

  /** `listener` is called when the client will send nothing more. */
  onInputEnd(listener: () => void): void {
    if (this.#hasInputEnded) listener();
    else this.#inputEndListeners.push(listener);
  }

  /** For the connection: the client will send nothing more. */
  endInput(): void {
    this.#hasInputEnded = true;
    for (const listener of this.#inputEndListeners) listener();
  }

  /** For the connection: the client is gone. */
  abort(): void {
    if (this.#complete) return;
    this.#aborted = true;
    this.#awaken();
  }

  #awaken(): void {
    const wake = this.#wake;
    this.#wake = null;
    wake?.();
  }
}

function parseHeaders(text: string): Map<string, string> {
  const headers = new Map<string, string>();
  for (const [name, value] of fieldsOf(text)) {
    const key = name.toLowerCase();
    if (!headers.has(key)) headers.set(key, value);
  }
  return headers;
}

function fieldsOf(text: string): [name: string, value: string][] {
  return text
    .split("\r\n")
    .slice(1, -1)
    .map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon), line.slice(colon + 1).trim()];
    });
}
