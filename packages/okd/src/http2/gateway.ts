// HTTP/2 to the client, HTTP/1.1 behind: each stream becomes one request on a connection of its own to the dispatcher,
// which is kept and used again for further streams of the same client.

import http from "node:http";
import http2 from "node:http2";
import net from "node:net";
import type { Duplex } from "node:stream";
import type { DescriptorChannel } from "../process/descriptor-channel.js";
import type { StreamHandle } from "../process/native-handles.js";
import {
  encodeFrontConnection,
  FRONT_CONNECTION,
  type FrontConnection,
  type Http2Configuration,
} from "../tls/messages.js";
import type { SocketPairs } from "../tls/socket-pairs.js";
import { forwardStream } from "./forward.js";

/** What a client may ask for at the same time, and may send in one head; bounds the memory of a connection. */
const LIMITS = {
  streams: 100,
  headBytes: 32 * 1024,
  headFields: 128,
  invalidFrames: 100,
} as const;

/** Milliseconds that an unused connection to a service is kept: less than the services keep it. */
const IDLE_TIME = 4000;

export class Http2Gateway {
  readonly #configuration: Http2Configuration;
  readonly #dispatcher: DescriptorChannel;
  readonly #pairs: SocketPairs;
  readonly #sessions = new Set<http2.ServerHttp2Session>();
  #isStopping = false;
  #ended: () => void = () => {};

  constructor(configuration: Http2Configuration, dispatcher: DescriptorChannel, pairs: SocketPairs) {
    this.#configuration = configuration;
    this.#dispatcher = dispatcher;
    this.#pairs = pairs;
  }

  /** A decrypted connection whose client has chosen HTTP/2. */
  accept(handle: StreamHandle, connection: FrontConnection): void {
    if (this.#isStopping) {
      handle.close();
      return;
    }
    const socket = new net.Socket({ handle } as unknown as net.SocketConstructorOpts);
    socket.on("error", () => socket.destroy());
    const session = http2.performServerHandshake(socket, {
      maxHeaderListPairs: LIMITS.headFields,
      maxSessionInvalidFrames: LIMITS.invalidFrames,
      settings: { maxConcurrentStreams: LIMITS.streams, maxHeaderListSize: LIMITS.headBytes, enablePush: false },
    });
    const agent = new DispatcherAgent(this.#pairs, this.#dispatcher, connection);
    this.#sessions.add(session);
    session.setTimeout(this.#configuration.timeout, () => session.close());
    session.on("error", () => session.destroy());
    session.on("stream", (stream, headers, flags) => forwardStream(stream, headers, flags, agent));
    session.once("close", () => {
      agent.destroy();
      this.#sessions.delete(session);
      if (this.#isStopping && this.#sessions.size === 0) this.#ended();
    });
  }

  /** Ends the sessions with their last streams. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    for (const session of this.#sessions) session.close();
    if (this.#sessions.size === 0) return;
    await new Promise<void>((resolve) => {
      this.#ended = resolve;
    });
  }
}

/** The connections to the dispatcher of one client. */
class DispatcherAgent extends http.Agent {
  readonly #pairs: SocketPairs;
  readonly #dispatcher: DescriptorChannel;
  readonly #announcement: string;

  constructor(pairs: SocketPairs, dispatcher: DescriptorChannel, connection: FrontConnection) {
    super({ keepAlive: true, maxSockets: LIMITS.streams, maxFreeSockets: 4, timeout: IDLE_TIME });
    this.#pairs = pairs;
    this.#dispatcher = dispatcher;
    this.#announcement = encodeFrontConnection(connection);
  }

  override createConnection(
    _options: http.ClientRequestArgs,
    done: (error: Error | null, socket: Duplex) => void = () => {},
  ): undefined {
    this.#pairs.create().then(
      ({ near, far }) => {
        if (this.#dispatcher.isOpen) {
          this.#dispatcher.send(FRONT_CONNECTION, this.#announcement, far, () => far.close());
        } else far.close();
        done(null, near);
      },
      (error: Error) => done(error, null as never),
    );
    return undefined;
  }
}
