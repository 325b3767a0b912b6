/**
 * The contract between a service and the process that hosts it: what the process tells the service, how requests reach
 * it and how responses leave. Header names and values, paths and log lines of this contract are byte strings.
 */

/** A header field: its name and its value. */
export type Field = readonly [name: string, value: string];

/** One request on a connection. */
export interface HostRequest {
  readonly method: string;
  /** The request target as sent. */
  readonly target: string;
  /** x of HTTP/1.x. */
  readonly minorVersion: number;
  /** Header fields in the order of their arrival. */
  readonly fields: readonly Field[];
  readonly connection: ConnectionFacts;
  /** 0, or the error status that the request is to be answered with. */
  readonly askedStatus: number;
  /** Whether a body is announced. */
  readonly hasBody: boolean;
  /** Whether all of the body has arrived. */
  isBodyComplete(): boolean;
  /**
   * Calls `listener` when the client will send nothing more: it has gone, or it has closed its sending side, which counts
   * as gone (§3.7). A host whose connections end then does not need it.
   */
  onInputEnd?(listener: () => void): void;
  /** The body in pieces, to be read once. Rejects when the client goes away in the middle. */
  body(): AsyncIterable<Uint8Array>;
}

/** What is known about where a request came from (server specification §3.4). */
export interface ConnectionFacts {
  readonly peerAddress: string | null;
  readonly peerPort: number;
  /** The port that accepted the connection. */
  readonly localPort: number;
  /** The transport is encrypted. */
  readonly isSecure: boolean;
  /** Description of the cipher; empty without encryption. */
  readonly cipher: string;
  /** Epoch milliseconds; 0 when unknown. */
  readonly acceptedAt: number;
  readonly forwardedAt: number;
  /** Number of the request on its connection, from 1. */
  readonly requestNumber: number;
}

/** The head of a response, complete and in order. */
export interface ResponseHead {
  readonly status: number;
  readonly fields: readonly Field[];
  /** The connection is kept for further requests afterwards. */
  readonly keepAlive: boolean;
  /** How the length of the body is told; the fields say the same. */
  readonly framing: "none" | "length" | "chunked" | "close";
}

/** Where the response to one request goes. */
export interface HostResponse {
  /** The client and the process allow a further request on the connection. */
  readonly canKeepAlive: boolean;
  /** The client went away before the end of the response. */
  readonly isGone: boolean;
  /** Sends a whole response. */
  send(head: ResponseHead, body: Uint8Array): void;
  /** Begins a response whose body follows in pieces. */
  begin(head: ResponseHead): void;
  /** Adds a piece. False: wait for `drained` before the next one. */
  write(piece: Uint8Array): boolean;
  /** Resolves when the client has taken enough for the next piece, or is gone. */
  drained(): Promise<void>;
  /** Ends a response that was begun. */
  end(): void;
  /** Gives a response up in the middle. */
  destroy(): void;
  /** Calls `listener` when the response is over, sent or not. */
  onClose(listener: () => void): void;
  /** What the log is to say besides what the process knows itself; told before the response ends. */
  note(facts: LogFacts): void;
}

/** What a service adds to the log lines of a response (§5.2, §5.3). */
export interface LogFacts {
  /** Bytes of the body before compression; 0 if it was not compressed. */
  readonly uncompressedLength?: number;
  /** Field `U`. */
  readonly userId?: bigint;
  /** Field `2`. */
  readonly custom?: string;
  /** Text of the line in the error log, instead of the path. */
  readonly errorText?: string;
  /** Field `i`: the client's address, when a proxy tells another one than the peer's. */
  readonly clientAddress?: string;
}

/** The effective configuration of a service process (§1.15, feature S1). Times are milliseconds, sizes are bytes. */
export interface ServiceSettings {
  readonly name: string;
  /** Number of this process among its siblings, from 0. */
  readonly sibling: number;
  readonly siblings: number;
  readonly uris: readonly string[];
  readonly serverName: string;
  readonly serverVersion: string;
  /** Value of the headers `Server` and `X-OKWS-Version`. */
  readonly serverHeader: string;
  readonly hostName: string;
  readonly referencePort: number;
  /** Directory of the compiled site; null: the service has no templates. */
  readonly site: string | null;
  readonly errorDocuments: readonly { readonly status: number; readonly template: string }[];
  /** Largest request body. */
  readonly bodyLimit: number;
  /** Longest decoded parameter name or value. */
  readonly parameterLimit: number;
  /** `FilterCGI` (§4.4). */
  readonly filterCgi: 0 | 1 | 2;
  /** Time for a whole request to arrive. */
  readonly clientTimeout: number;
  readonly whiteSpaceStripping: boolean;
  /** Errors of templates show in the page. */
  readonly visibleErrors: boolean;
  readonly compression: boolean;
  /** 0 to 9. */
  readonly gzipLevel: number;
  readonly compressErrorPages: boolean;
  /** Addresses or ranges (`10.0.0.0/8`) of proxies whose headers are believed (§3.8). */
  readonly trustedProxies: readonly string[];
  /** Requests after which the process retires; 0: never. */
  readonly lifeRequests: number;
  readonly lifeTime: number;
  readonly development: boolean;
}

/** Addresses processes of services; `sibling` left out: all of them. */
export interface ProcessAddress {
  readonly service: string;
  readonly sibling?: number;
}

/** The process that a custom message comes from. */
export type Sender = Required<ProcessAddress>;

/** One process as the dispatcher knows it (§6.2). */
export interface ProcessStatistics {
  readonly service: string;
  readonly sibling: number;
  readonly pid: number;
  readonly connections: number;
  readonly seconds: number;
}

/** Answer of one process to a message. */
export interface ProcessReply {
  readonly service: string;
  readonly sibling: number;
  /** Name of a status of server specification §1.3, e.g. `OK` or `UNAVAIL`. */
  readonly status: string;
  readonly bytes: Uint8Array;
}

/** The dispatcher as a service reaches it (feature S12). */
export interface DispatcherControl {
  statistics(): Promise<readonly ProcessStatistics[]>;
  /** Custom 1: `to` null means all processes. */
  broadcast(bytes: Uint8Array, to: readonly ProcessAddress[] | null): Promise<readonly ProcessReply[]>;
  /** Custom 2: the same with an answer from each. */
  query(bytes: Uint8Array, to: readonly ProcessAddress[] | null): Promise<readonly ProcessReply[]>;
}

/** The process of a service. */
export interface ServiceHost {
  readonly settings: ServiceSettings;
  /** Writes a line to the error log. */
  log(line: string): void;
  /** Ends the process at once (S16). */
  exit(code: number): void;
  /** Finishes the requests in flight, then ends the process; a new one takes over. */
  retire(): void;
  readonly dispatcher?: DispatcherControl;
}
