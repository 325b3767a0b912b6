// A small client of Node's inspector: the protocol that Chrome DevTools and editors speak to a process being debugged.
import { randomBytes } from "node:crypto";
import { request } from "node:http";
import type { Socket } from "node:net";

type Parameters = Record<string, unknown>;
// What the protocol sends is as deep as a test looks into it.
// biome-ignore lint/suspicious/noExplicitAny: see above
type Message = Record<string, any>;

/** A connection to the inspector of a process. */
export class Inspector {
  /** Events received so far. */
  readonly events: { method: string; params: Message }[] = [];
  private received = Buffer.alloc(0);
  private fragments: Buffer[] = [];
  private lastId = 0;
  private readonly answers = new Map<number, (message: Message) => void>();
  private readonly watchers = new Set<() => void>();

  private constructor(private readonly socket: Socket) {
    socket.on("data", (bytes) => this.take(bytes));
    socket.on("error", () => {});
  }

  /** Connects to the address that Node prints: `ws://HOST:PORT/ID`. */
  static connect(address: string): Promise<Inspector> {
    const { hostname, port, pathname } = new URL(address);
    const headers = {
      Connection: "Upgrade",
      Upgrade: "websocket",
      "Sec-WebSocket-Version": "13",
      "Sec-WebSocket-Key": randomBytes(16).toString("base64"),
    };
    return new Promise((resolve, reject) => {
      const upgrade = request({ host: hostname, port, path: pathname, headers });
      upgrade.on("upgrade", (_response, socket, head) => {
        const inspector = new Inspector(socket);
        inspector.take(head);
        resolve(inspector);
      });
      upgrade.on("error", reject);
      upgrade.end();
    });
  }

  close(): void {
    this.socket.destroy();
  }

  /** Sends a command and waits for its result. */
  async send(method: string, params: Parameters = {}): Promise<Message> {
    const id = ++this.lastId;
    const answer = new Promise<Message>((resolve) => this.answers.set(id, resolve));
    this.socket.write(frame(Buffer.from(JSON.stringify({ id, method, params }))));
    const { result, error } = await answer;
    if (error) throw new Error(`${method}: ${error.message}`);
    return result;
  }

  /** Waits for an event, which is then removed from `events`. */
  async event(method: string, accept: (params: Message) => boolean = () => true): Promise<Message> {
    for (;;) {
      const index = this.events.findIndex((event) => event.method === method && accept(event.params));
      if (index !== -1) return this.events.splice(index, 1)[0].params;
      await new Promise<void>((resolve) => this.watchers.add(resolve));
    }
  }

  private take(bytes: Buffer): void {
    this.received = Buffer.concat([this.received, bytes]);
    for (let parsed = parseFrame(this.received); parsed !== null; parsed = parseFrame(this.received)) {
      this.received = this.received.subarray(parsed.length);
      this.fragments.push(parsed.payload);
      if (!parsed.isLast) continue;
      const text = Buffer.concat(this.fragments).toString("utf8");
      this.fragments = [];
      this.handle(JSON.parse(text) as Message);
    }
  }

  private handle(message: Message): void {
    if (message.id !== undefined) {
      this.answers.get(message.id)?.(message);
      this.answers.delete(message.id);
      return;
    }
    this.events.push(message as { method: string; params: Message });
    for (const watcher of this.watchers) watcher();
    this.watchers.clear();
  }
}

/** A text frame as clients send it (RFC 6455 §5.2). */
function frame(payload: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head[0] = 0x81;
  head[1] = 0x80 | 126;
  head.writeUInt16BE(payload.length, 2);
  // A mask of zeros leaves the payload as it is.
  return Buffer.concat([head, payload]);
}

function parseFrame(bytes: Buffer): { payload: Buffer; length: number; isLast: boolean } | null {
  if (bytes.length < 2) return null;
  let length = bytes[1] & 0x7f;
  let start = 2;
  if (length === 126) {
    if (bytes.length < 4) return null;
    length = bytes.readUInt16BE(2);
    start = 4;
  } else if (length === 127) {
    if (bytes.length < 10) return null;
    length = Number(bytes.readBigUInt64BE(2));
    start = 10;
  }
  if (bytes.length < start + length) return null;
  return { payload: bytes.subarray(start, start + length), length: start + length, isLast: (bytes[0] & 0x80) !== 0 };
}
