// Makes pairs of connected Unix sockets inside of one process, of which one end is then sent to another process.
// Node has no `socketpair`: the process connects to a listener of its own, in a directory that nobody else may enter.

import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import net from "node:net";
import { join } from "node:path";
import { detachHandle, type StreamHandle } from "../process/native-handles.js";

/** Bytes that prove that both ends belong together. Hexadecimal digits, so that they can be a key of a map. */
const TOKEN_LENGTH = 32;

/** Milliseconds for a pair to come about. */
const PAIRING_TIME = 5000;

export interface SocketPair {
  /** For this process. */
  near: net.Socket;
  /** To be sent away and then closed. */
  far: StreamHandle;
}

export class SocketPairs {
  readonly #path: string;
  readonly #server: net.Server;
  readonly #waiting = new Map<string, (far: StreamHandle) => void>();

  private constructor(path: string) {
    this.#path = path;
    this.#server = net.createServer({ allowHalfOpen: true }, (socket) => this.#accept(socket));
  }

  /** `directory`: one that only this process (or its user) may enter. Rejects if no socket can be made there. */
  static async open(directory: string): Promise<SocketPairs> {
    const pairs = new SocketPairs(join(directory, `pairs-${process.pid}-${randomBytes(4).toString("hex")}`));
    await new Promise<void>((resolve, reject) => {
      pairs.#server.once("error", reject);
      pairs.#server.listen(pairs.#path, 511, () => resolve());
    });
    return pairs;
  }

  /** Rejects when the process is out of descriptors. */
  create(): Promise<SocketPair> {
    return new Promise((resolve, reject) => {
      const token = randomBytes(TOKEN_LENGTH / 2).toString("hex");
      const near = net.connect({ path: this.#path, allowHalfOpen: true });
      const fail = (error: Error) => {
        clearTimeout(timer);
        this.#waiting.delete(token);
        near.destroy();
        reject(error);
      };
      const timer = setTimeout(() => fail(new Error("no socket pair could be made")), PAIRING_TIME);
      near.once("error", fail);
      this.#waiting.set(token, (far) => {
        clearTimeout(timer);
        near.off("error", fail);
        resolve({ near, far });
      });
      near.write(token);
    });
  }

  close(): void {
    this.#server.close();
    rmSync(this.#path, { force: true });
  }

  #accept(socket: net.Socket): void {
    socket.on("error", () => socket.destroy());
    socket.once("readable", () => {
      const token = socket.read(TOKEN_LENGTH) as Buffer | null;
      const key = token?.toString("latin1") ?? "";
      const taken = this.#waiting.get(key);
      this.#waiting.delete(key);
      if (taken) taken(detachHandle(socket));
      else socket.destroy();
    });
  }
}
