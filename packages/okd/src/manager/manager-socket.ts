// The server's side of the management socket: the one named socket of the system, for its owner only.

import { chmodSync, existsSync, rmSync } from "node:fs";
import net from "node:net";
import { type ManagerAnswer, type ManagerPiece, type ManagerRequest, REQUEST_LIMIT } from "./protocol.js";

/** Carries out a request. `piece` sends a part of a file that was asked for, before the answer. */
export type ManagerHandler = (request: ManagerRequest, piece: (text: string) => void) => Promise<ManagerAnswer>;

export class ManagerSocket {
  readonly #server: net.Server;
  readonly #clients = new Set<net.Socket>();

  private constructor(
    readonly path: string,
    handle: ManagerHandler,
  ) {
    this.#server = net.createServer((client) => {
      this.#clients.add(client);
      client.on("close", () => this.#clients.delete(client));
      serve(client, handle);
    });
  }

  /**
   * Listens on `path` with file mode `mode`. A socket that nobody listens on any more is replaced; rejects when another
   * server listens there or the path cannot be used.
   */
  static async open(path: string, mode: number, handle: ManagerHandler): Promise<ManagerSocket> {
    if (existsSync(path)) {
      if (await isListening(path)) throw new Error(`another server listens on ${path}`);
      rmSync(path);
    }
    const socket = new ManagerSocket(path, handle);
    // Nobody else may connect, not even before the mode is set.
    const mask = process.umask(0o177);
    try {
      await new Promise<void>((resolve, reject) => {
        socket.#server.once("error", reject);
        socket.#server.listen(path, () => resolve());
      });
    } finally {
      process.umask(mask);
    }
    chmodSync(path, mode);
    return socket;
  }

  /** Stops listening and removes the socket. */
  close(): void {
    this.#server.close();
    for (const client of this.#clients) client.destroy();
  }
}

function serve(client: net.Socket, handle: ManagerHandler): void {
  let text = "";
  client.setEncoding("utf8");
  client.on("error", () => client.destroy());
  client.on("data", async (chunk: string) => {
    text += chunk;
    if (text.length > REQUEST_LIMIT) client.destroy();
    const end = text.indexOf("\n");
    if (end === -1) return;
    const line = text.slice(0, end);
    text = text.slice(end + 1);
    const piece = (text: string) => {
      client.write(`${JSON.stringify({ piece: text } satisfies ManagerPiece)}\n`);
    };
    client.end(`${JSON.stringify(await answer(line, handle, piece))}\n`);
  });
}

async function answer(line: string, handle: ManagerHandler, piece: (text: string) => void): Promise<ManagerAnswer> {
  try {
    return await handle(JSON.parse(line) as ManagerRequest, piece);
  } catch (error) {
    return { failures: [(error as Error).message] };
  }
}

/** True if a server accepts connections on the Unix socket. */
export function isListening(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(path);
    socket.on("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}
