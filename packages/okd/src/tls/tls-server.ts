// Terminates TLS: handshake, choice of certificate, and a plaintext connection to the dispatcher (or to the HTTP/2
// gateway) through which the bytes are passed on. It reads nothing of what clients and services say.

import type net from "node:net";
import tls from "node:tls";
import { timestamp } from "../http/access-line.js";
import type { DescriptorChannel } from "../process/descriptor-channel.js";
import type { LogChannel } from "../process/log-channel.js";
import type { ListenerHandle, StreamHandle } from "../process/native-handles.js";
import { chooseCertificate, type LoadedCertificate, loadCertificate } from "./certificates.js";
import { describeCipher } from "./cipher.js";
import { encodeFrontConnection, FRONT_CONNECTION, type TlsConfiguration } from "./messages.js";
import type { SocketPairs } from "./socket-pairs.js";

export interface TlsChannels {
  dispatcher: DescriptorChannel;
  http2: DescriptorChannel;
}

export class TlsServer {
  /** Remarks about the certificates. */
  readonly notices: string[];
  readonly #configuration: TlsConfiguration;
  readonly #certificates: LoadedCertificate[];
  readonly #channels: TlsChannels;
  readonly #pairs: SocketPairs;
  readonly #log: LogChannel;
  readonly #servers: tls.Server[] = [];
  readonly #connections = new Set<net.Socket>();
  #isStopping = false;
  #ended: () => void = () => {};

  /** Throws `CertificateError`. */
  constructor(configuration: TlsConfiguration, channels: TlsChannels, pairs: SocketPairs, log: LogChannel) {
    this.#configuration = configuration;
    this.#channels = channels;
    this.#pairs = pairs;
    this.#log = log;
    const { ciphers, honorCipherOrder } = configuration;
    const options = { minVersion: "TLSv1.2", honorCipherOrder, ...(ciphers === null ? {} : { ciphers }) } as const;
    const now = new Date();
    this.#certificates = configuration.certificates.map((files) => loadCertificate(files, options, now));
    this.notices = this.#certificates.flatMap(({ notices }) => notices);
  }

  /** Accepts connections on a bound socket. */
  listen(handle: ListenerHandle, port: number): void {
    const { timeout, http2, allowClientRenegotiation, backlog, ciphers, honorCipherOrder } = this.#configuration;
    const server = tls.createServer({
      allowHalfOpen: true,
      handshakeTimeout: timeout,
      minVersion: "TLSv1.2",
      honorCipherOrder,
      ...(ciphers === null ? {} : { ciphers }),
      ALPNProtocols: http2 ? ["h2", "http/1.1"] : ["http/1.1"],
      SNICallback: (name, done) => done(null, chooseCertificate(this.#certificates, name).context),
    });
    // For clients that name no host.
    const { context } = this.#certificates[0];
    (server as unknown as { _sharedCreds: tls.SecureContext })._sharedCreds = context;
    // The address can be asked for as long as the connection is there; the socket remembers it from then on.
    server.prependListener("connection", (raw: net.Socket) => this.#track(raw));
    server.on("tlsClientError", (error: NodeJS.ErrnoException, socket) => {
      const isLate = error.code === "ERR_TLS_HANDSHAKE_TIMEOUT";
      this.#write(clientOf(socket), "-", isLate ? "timeout in handshake" : "handshake failed");
      socket.destroy();
    });
    server.on("secureConnection", (socket) => {
      if (!allowClientRenegotiation) socket.disableRenegotiation();
      void this.#relay(socket, port);
    });
    server.listen(handle, backlog);
    this.#servers.push(server);
  }

  /** Accepts no more; resolves when the last connection has ended. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    for (const server of this.#servers) server.close();
    if (this.#connections.size === 0) return;
    await new Promise<void>((resolve) => {
      this.#ended = resolve;
    });
  }

  #track(raw: net.Socket): void {
    void raw.remoteAddress;
    this.#connections.add(raw);
    raw.once("close", () => {
      this.#connections.delete(raw);
      if (this.#isStopping && this.#connections.size === 0) this.#ended();
    });
  }

  async #relay(socket: tls.TLSSocket, port: number): Promise<void> {
    const { timeout, ordinal } = this.#configuration;
    const { remoteAddress = "", remotePort = 0 } = socket;
    const cipher = describeCipher(socket.getCipher(), socket.getProtocol());
    let remark = "-";
    socket.on("error", () => socket.destroy());
    socket.once("close", () => this.#write(remoteAddress, cipher, remark));
    // Counts from the last byte in either direction: a download may take as long as it likes.
    socket.setTimeout(timeout, () => {
      remark = "SSL timeout in transmission";
      socket.destroy();
    });
    try {
      const { near, far } = await this.#pairs.create();
      near.on("error", () => near.destroy());
      near.once("close", () => socket.destroySoon());
      socket.once("close", () => near.destroy());
      const channel = socket.alpnProtocol === "h2" ? this.#channels.http2 : this.#channels.dispatcher;
      const origin = { clientAddress: remoteAddress, clientPort: remotePort, cipher, ordinal };
      send(channel, encodeFrontConnection({ port, origin }), far);
      socket.pipe(near);
      near.pipe(socket);
    } catch (error) {
      this.#log.write("error", `okd-tls ${timestamp(Date.now())} ** ${remoteAddress}: ${(error as Error).message}`);
      socket.destroy();
    }
  }

  /** One line a connection (server specification §5.4). */
  #write(client: string, cipher: string, remark: string): void {
    this.#log.write("tls", `${client || "-"} ${timestamp(Date.now())} ${cipher} ${remark}`);
  }
}

function send(channel: DescriptorChannel, payload: string, far: StreamHandle): void {
  if (channel.isOpen) channel.send(FRONT_CONNECTION, payload, far, () => far.close());
  else far.close();
}

/** After a failed handshake only the socket below knows. */
function clientOf(socket: tls.TLSSocket): string {
  const { _parent: raw } = socket as unknown as { _parent?: net.Socket };
  return socket.remoteAddress ?? raw?.remoteAddress ?? "";
}
