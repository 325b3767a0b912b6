// The few parts of Node's native handles that passing descriptors between processes needs, with types.
// Node offers them to its own modules only; everything here is reached through objects that public APIs hand out.

import { chmodSync } from "node:fs";
import net from "node:net";
import { constants } from "node:os";

/** A libuv handle as Node's JavaScript side sees it. */
export interface NativeHandle {
  readonly fd: number;
  close(callback?: () => void): void;
  ref(): void;
  unref(): void;
}

/** A handle of a connected socket, TCP or Unix. */
export interface StreamHandle extends NativeHandle {
  readStart(): number;
  readStop(): number;
  /** Called with the bytes of one read, or with nothing at the end of the stream. */
  onread: (bytes: ArrayBuffer | undefined) => void;
}

/** A handle of a client's connection: TCP, or a Unix socket that another process of the server relays to. */
export interface ConnectionHandle extends StreamHandle {
  /** Of TCP only. */
  setNoDelay?(on: boolean): number;
  getpeername?(name: { address?: string; port?: number }): number;
  getsockname?(name: { address?: string; port?: number }): number;
}

/** A bound TCP socket. */
export interface ListenerHandle extends NativeHandle {
  /** `status` is 0, or a negative error number and there is no handle. */
  onconnection: (status: number, connection: ConnectionHandle | undefined) => void;
  /** Returns 0 or a negative error number. */
  listen(backlog: number): number;
}

/** A Unix socket that carries descriptors along with bytes. */
export interface DescriptorPipe extends StreamHandle {
  open(fd: number): number;
  /** Set before `onread` when a descriptor came with the bytes. */
  pendingHandle: StreamHandle | null | undefined;
  writeLatin1String(request: WriteRequest, bytes: string, handle?: NativeHandle): number;
}

/** One write. `oncomplete` is called for writes with a handle only: others may have been finished at once. */
export interface WriteRequest {
  oncomplete: (status: number) => void;
}

interface PipeConstructor {
  new (type: number): DescriptorPipe;
}

const PIPE_WITH_DESCRIPTORS = 2;

/** The native handle below a socket. Throws when the socket is closed already. */
export function handleOf(socket: net.Socket): StreamHandle {
  const handle = (socket as unknown as { _handle: StreamHandle | null })._handle;
  if (!handle) throw new Error("the socket is closed");
  return handle;
}

/**
 * Takes the native handle out of a socket. The socket object is destroyed and emits `close`, the connection stays open
 * and belongs to the caller. Reading is stopped.
 */
export function detachHandle(socket: net.Socket): StreamHandle {
  const handle = handleOf(socket);
  handle.readStop();
  handle.onread = () => {};
  (socket as unknown as { _handle: StreamHandle | null })._handle = null;
  socket.destroy();
  return handle;
}

/**
 * Opens descriptor `fd` as a Unix socket that carries descriptors. `sibling` is any handle of a Unix socket in this
 * process (its class is needed); the result owns the descriptor.
 */
export function openDescriptorPipe(fd: number, sibling: NativeHandle): DescriptorPipe {
  const Pipe = sibling.constructor as unknown as PipeConstructor;
  const pipe = new Pipe(PIPE_WITH_DESCRIPTORS);
  const status = pipe.open(fd);
  if (status !== 0) throw new Error(`cannot open descriptor ${fd} (error ${status})`);
  return pipe;
}

/** The address of the other side, or null if it is gone or has none. */
export function peerAddress(handle: ConnectionHandle): string | null {
  const name: { address?: string } = {};
  return handle.getpeername?.(name) === 0 ? (name.address ?? null) : null;
}

/** The port of this side, or null if it is gone or has none. */
export function localPort(handle: ConnectionHandle): number | null {
  const name: { port?: number } = {};
  return handle.getsockname?.(name) === 0 ? (name.port ?? null) : null;
}

/** A TCP socket bound to an address but not yet accepting; port 0 chooses one. Throws the system's error. */
export function bindListener(address: string, port: number): { handle: NativeHandle; port: number } {
  const family = net.isIPv6(address) ? 6 : 4;
  const create = (
    net as unknown as { _createServerHandle(address: string, port: number, family: number): NativeHandle | number }
  )._createServerHandle;
  const handle = create(address, port, family);
  if (typeof handle === "number") throw new BindError(address, port, handle);
  const name: { port?: number } = {};
  (handle as unknown as { getsockname(name: object): number }).getsockname(name);
  if (name.port) return { handle, port: name.port };
  // libuv keeps the error of a port in use for the call of `listen`, which another process will make.
  handle.close();
  throw new BindError(address, port, -constants.errno.EADDRINUSE);
}

/** A Unix socket bound to a path with a file mode but not yet accepting. Throws the system's error. */
export function bindUnixListener(path: string, mode: number): NativeHandle {
  const create = (
    net as unknown as { _createServerHandle(path: string, port: number, family: number): NativeHandle | number }
  )._createServerHandle;
  const handle = create(path, -1, -1);
  if (typeof handle === "number") throw new BindError(path, null, handle);
  chmodSync(path, mode);
  return handle;
}

/** A listening TCP socket that this process has inherited as a descriptor; null if it is none. */
export function adoptListener(fd: number): { address: string; port: number; handle: NativeHandle } | null {
  const create = (
    net as unknown as {
      _createServerHandle(address: null, port: number, family: number, fd: number): NativeHandle | number;
    }
  )._createServerHandle;
  let handle: NativeHandle | number;
  try {
    handle = create(null, 0, 0, fd);
  } catch {
    return null;
  }
  if (typeof handle === "number") return null;
  const name: { address?: string; port?: number } = {};
  (handle as unknown as { getsockname?(name: object): number }).getsockname?.(name);
  return name.address && name.port ? { address: name.address, port: name.port, handle } : null;
}

/** A port could not be opened. `errno` is negative, as in Node's errors. */
export class BindError extends Error {
  constructor(
    readonly address: string,
    /** Null for a Unix socket, whose path is the address. */
    readonly port: number | null,
    readonly errno: number,
  ) {
    super(`cannot listen on ${port === null ? address : addressText(address, port)}`);
  }
}

/** Address and port as in a URL: IPv6 addresses in brackets. */
export function addressText(address: string, port: number): string {
  return `${net.isIPv6(address) ? `[${address}]` : address}:${port}`;
}

/**
 * The class of write requests. Node does not export it, but every socket makes one for each write and passes it to
 * its handle, so a socket on a stand-in handle shows it. Throws if this Node does not work so.
 */
export function writeRequestClass(): new () => WriteRequest {
  let found: (new () => WriteRequest) | undefined;
  const catchRequest = (request: WriteRequest) => {
    found = request.constructor as new () => WriteRequest;
    return 0;
  };
  const nothing = () => 0;
  const standIn = {
    readStart: nothing,
    readStop: nothing,
    close: nothing,
    ref: nothing,
    unref: nothing,
    getAsyncId: nothing,
    writeUtf8String: catchRequest,
    writeLatin1String: catchRequest,
  };
  const options = { handle: standIn, manualStart: true } as unknown as net.SocketConstructorOpts;
  const socket = new net.Socket(options);
  socket.write("x");
  (socket as unknown as { _handle: null })._handle = null;
  socket.destroy();
  if (!found) throw new Error(`descriptors cannot be passed with Node ${process.version}`);
  return found;
}
