// A message channel between two sibling processes that carries open connections: dispatcher and service.
// Node's own channel hands over one descriptor a round trip (about 310 µs); this one has no round trip (about 10 µs).

import {
  type DescriptorPipe,
  type NativeHandle,
  openDescriptorPipe,
  type StreamHandle,
  type WriteRequest,
  writeRequestClass,
} from "./native-handles.js";

/**
 * Frame: kind (1 byte), 1 if a descriptor belongs to the message else 0 (1 byte), length of the payload (4 bytes,
 * big endian), payload. A descriptor arrives with the first byte of its frame and the kernel never joins two frames
 * with descriptors in one read, so descriptors queue up in the order of the frames that they belong to.
 */
const HEADER_LENGTH = 6;

/** The other side may have been taken over: more than any honest message, or more descriptors than messages, ends it. */
const PAYLOAD_LIMIT = 4 * 1024 * 1024;
const WAITING_HANDLES_LIMIT = 1024;

export interface ChannelEvents {
  /** One whole message. `payload` is valid during the call only. */
  message(kind: string, payload: Buffer, handle: StreamHandle | null): void;
  /** The other side is gone; nothing can be sent any more. */
  closed(): void;
}

export class DescriptorChannel {
  readonly #pipe: DescriptorPipe;
  readonly #events: ChannelEvents;
  readonly #WriteRequest: new () => WriteRequest;
  readonly #handles: StreamHandle[] = [];
  #rest: Buffer = Buffer.alloc(0);
  #open = true;
  /** Something was read since reading was started (again). */
  #hasRead = false;

  /** `fd`: a Unix stream socket. `sibling`: any Unix socket handle of this process. Starts to read at once. */
  constructor(fd: number, sibling: NativeHandle, events: ChannelEvents) {
    this.#WriteRequest = writeRequestClass();
    this.#events = events;
    this.#pipe = openDescriptorPipe(fd, sibling);
    this.#pipe.onread = (bytes) => this.#read(bytes);
    this.#pipe.readStart();
  }

  get isOpen(): boolean {
    return this.#open;
  }

  /**
   * Sends a message (`payload` is a byte string). With a handle: this process keeps its copy of the descriptor, which
   * must stay open until `sent` is called. A failure closes the channel and `closed` reports it, also when nobody
   * knows yet which messages arrived.
   */
  send(kind: string, payload = "", handle?: NativeHandle, sent?: () => void): void {
    if (!this.#open) return;
    const length = payload.length;
    const frame =
      kind +
      String.fromCharCode(handle ? 1 : 0, length >>> 24, (length >>> 16) & 255, (length >>> 8) & 255, length & 255) +
      payload;
    const request = new this.#WriteRequest();
    request.oncomplete = (status) => {
      if (status !== 0) this.#fail();
      else sent?.();
    };
    const status = handle
      ? this.#pipe.writeLatin1String(request, frame, handle)
      : this.#pipe.writeLatin1String(request, frame);
    if (status !== 0) process.nextTick(() => this.#fail());
  }

  /** Closes this side; the other side reads what was sent and then sees the end. `closed` is not called. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#pipe.readStop();
    this.#pipe.close();
    for (const handle of this.#handles.splice(0)) handle.close();
  }

  /**
   * When the other side has closed, libuv takes a short read for the last one. But each read ends at a frame with a
   * descriptor, and more frames may wait: only an end without anything before it is the end.
   */
  #reachEnd(): void {
    if (this.#hasRead && this.#open) {
      this.#hasRead = false;
      if (this.#pipe.readStart() === 0) return;
    }
    this.#fail();
  }

  #fail(): void {
    if (!this.#open) return;
    this.close();
    this.#events.closed();
  }

  #read(bytes: ArrayBuffer | undefined): void {
    const handle = this.#pipe.pendingHandle;
    if (handle) {
      this.#pipe.pendingHandle = null;
      this.#handles.push(handle);
      if (this.#handles.length > WAITING_HANDLES_LIMIT) {
        this.#fail();
        return;
      }
    }
    if (!bytes) {
      this.#reachEnd();
      return;
    }
    this.#hasRead = true;
    let data: Buffer = Buffer.from(bytes);
    if (this.#rest.length > 0) data = Buffer.concat([this.#rest, data]);
    let position = 0;
    while (data.length - position >= HEADER_LENGTH) {
      const length = data.readUInt32BE(position + 2);
      if (length > PAYLOAD_LIMIT) {
        this.#fail();
        return;
      }
      const end = position + HEADER_LENGTH + length;
      if (data.length < end) break;
      const kind = String.fromCharCode(data[position]);
      const carried = data[position + 1] === 1 ? (this.#handles.shift() ?? null) : null;
      this.#events.message(kind, data.subarray(position + HEADER_LENGTH, end), carried);
      if (!this.#open) return;
      position = end;
    }
    this.#rest = position === data.length ? Buffer.alloc(0) : data.subarray(position);
  }
}
