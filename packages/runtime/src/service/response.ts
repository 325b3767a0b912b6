/**
 * The response to one request (server specification §4.5): status, headers, cookies, and a body that is sent whole, in
 * pieces, as a file or as a stream of events.
 */
import { BodyStream } from "./body-stream.js";
import { AVAILABLE_CODINGS, type CompressionRules, chooseCoding, compressBody } from "./compression.js";
import { isNotModified, isPreconditionFailed, type Validators } from "./conditions.js";
import { isCompressible } from "./content-types.js";
import { type Cookie, formatCookie } from "./cookies.js";
import { EventStream } from "./event-stream.js";
import { type FileOptions, sendFile } from "./file-response.js";
import { HeaderList, headFields, httpDate } from "./header-list.js";
import type { HostResponse, LogFacts, ResponseHead } from "./host.js";
import type { PageArguments, PagePath, Variables } from "./page-types.js";
import type { PageOptions, PageResult } from "./publisher.js";
import type { ServiceRequest } from "./request.js";
import { encodeText } from "./text.js";

/** What a response needs of its service. */
export interface ResponseServices {
  /** Value of `Server` and `X-OKWS-Version`. */
  readonly server: string;
  readonly compression: CompressionRules;
  /** Connections may be kept. */
  readonly keepAlive: boolean;
  publish(
    path: string,
    variables?: Variables,
    options?: PageOptions,
    write?: (bytes: Uint8Array) => void,
  ): Promise<PageResult>;
  /** The page for an error status, with the text that goes along. */
  errorPage(status: number, text: string): Promise<Uint8Array>;
  readonly compressErrorPages: boolean;
  /** Aborted when the process is about to end: streams that would go on for ever end. */
  readonly stopping: AbortSignal;
}

export interface StreamOptions {
  /** Bytes of the whole body, when known; otherwise it is chunked, or ends with the connection for HTTP/1.0. */
  readonly length?: number;
  /** Media type. */
  readonly type?: string;
}

const WITHOUT_BODY = new Set([204, 304]);
const NO_BYTES = new Uint8Array();

export class ServiceResponse {
  status = 200;
  contentType = "text/html; charset=utf-8";
  cacheControl: string | undefined = "private";
  /** A text for the header, or the time. */
  expires: string | Date | undefined;
  contentDisposition: string | undefined;
  /** Compress the body if the client takes it and it is worth it (P9). */
  compress = true;
  /** False: there is no `Connection` header (P15). */
  showConnection = true;
  /** Field `U` of the access log (P12). */
  userId: bigint | number = 0;
  /** Field `2` of the access log (P13). */
  logField: string | undefined;
  /** Fields that the service adds (P7). */
  readonly headers = new HeaderList();
  private readonly cookies: string[] = [];
  private readonly loggers: ((facts: LogFacts) => LogFacts | undefined)[] = [];
  private readonly pieces: Uint8Array[] = [];
  private validators: Validators = {};
  private state: "open" | "streaming" | "done" = "open";
  private closes = false;
  private errorText: string | undefined;
  private completion: Promise<void> = Promise.resolve();
  private resolveSent: (wasSent: boolean) => void = () => {};
  /** Resolves when the response is over: true if all of it was given to the connection, false if the client went away. */
  readonly sent: Promise<boolean>;

  constructor(
    private readonly request: ServiceRequest,
    private readonly host: HostResponse,
    private readonly isBodyRead: () => boolean,
    private readonly services: ResponseServices,
  ) {
    this.sent = new Promise((resolve) => {
      this.resolveSent = resolve;
    });
    host.onClose(() => {
      const wasSent = this.state === "done" && !host.isGone;
      if (!wasSent) request.abort();
      this.resolveSent(wasSent);
    });
  }

  /** Nothing was sent or is being sent yet. */
  get isOpen(): boolean {
    return this.state === "open";
  }

  /** Sets a header; false if it was left out because it is unsafe or the server's own. */
  header(name: string, value: string | number): boolean {
    return this.headers.set(name, value);
  }

  /** Adds a `Set-Cookie` header (P8). Throws a `TypeError` for a cookie that browsers would drop. */
  cookie(cookie: Cookie): void {
    this.cookies.push(formatCookie(cookie));
  }

  /** Adds a `Set-Cookie` header whose value is complete; one that could break the head is left out. */
  rawCookie(value: string): void {
    const bytes = encodeText(value);
    if (!/[^\t\x20-\x7e\x80-\xff]/.test(bytes)) this.cookies.push(bytes);
  }

  /** Deletes a cookie in the browser; path and domain as it was set with. */
  clearCookie(name: string, attributes: Omit<Cookie, "values" | "expires" | "maxAge"> = {}): void {
    this.cookie({ ...attributes, values: { [name]: "" }, expires: new Date(0), maxAge: 0 });
  }

  /** Appends to the body (P1): Unicode text, a number or bytes. */
  write(...parts: (string | number | bigint | Uint8Array)[]): this {
    for (const part of parts) this.pieces.push(part instanceof Uint8Array ? part : Buffer.from(String(part)));
    return this;
  }

  /** Appends a published template to the body; the result says whether it succeeded. */
  async publish<Path extends string>(
    path: PagePath<Path> | (Path & PagePath<Path>),
    ...[variables, options]: PageArguments<Path, PageOptions>
  ): Promise<PageResult> {
    const result = await this.services.publish(path, variables, options);
    this.pieces.push(result.body);
    return result;
  }

  /** Publishes a template and sends it; when it fails, the error page for 500 instead. */
  async page<Path extends string>(
    path: PagePath<Path> | (Path & PagePath<Path>),
    ...rest: PageArguments<Path, PageOptions>
  ): Promise<void> {
    const { ok } = await this.publish(path, ...rest);
    return ok ? this.send() : this.error(500, `${path} cannot be published`);
  }

  /** Sends the response (P2): what was written, then `body`. Rejects when it was sent before. */
  async send(body?: string | Uint8Array): Promise<void> {
    this.start("done");
    if (body !== undefined) this.write(body);
    this.completion = this.deliver(this.pieces.length === 1 ? this.pieces[0] : Buffer.concat(this.pieces));
    return this.completion;
  }

  html(text: string): Promise<void> {
    this.contentType = "text/html; charset=utf-8";
    return this.send(text);
  }

  text(text: string): Promise<void> {
    this.contentType = "text/plain; charset=utf-8";
    return this.send(text);
  }

  json(value: unknown): Promise<void> {
    if (!this.contentType.includes("json")) this.contentType = "application/json";
    return this.send(JSON.stringify(value));
  }

  /** Redirects (P4). A status that is no redirection is answered with the error page for 500. */
  async redirect(url: string, status = 301): Promise<void> {
    if (status < 300 || status > 399) return this.error(500, `redirect with status ${status}`);
    this.start("done");
    this.status = status;
    const location = Buffer.from(url)
      .toString("latin1")
      .replace(/[^!-~]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`);
    this.finish({ location, contentLength: 0, framing: "length" }, NO_BYTES);
  }

  /** Answers with an error page (P5); `text` goes into the page and the error log. Headers and cookies are kept. */
  async error(status: number, text = ""): Promise<void> {
    if (this.state === "streaming") {
      this.host.destroy();
      return;
    }
    this.start("done");
    this.status = status;
    this.errorText = text || undefined;
    this.contentType = "text/html; charset=utf-8";
    this.contentDisposition = undefined;
    this.validators = {};
    this.compress = this.services.compressErrorPages;
    this.completion = this.services.errorPage(status, text).then((page) => this.deliver(page));
    return this.completion;
  }

  /**
   * Begins a body in pieces (P10). It is never compressed. The status and the headers are those at this moment.
   */
  stream({ length, type }: StreamOptions = {}): BodyStream {
    this.start("streaming");
    if (type !== undefined) this.contentType = type;
    const isOld = this.request.version === "1.0";
    const framing = length !== undefined ? "length" : isOld ? "close" : "chunked";
    const head = this.head({ contentType: this.contentType, contentLength: length, framing });
    const isEmpty = this.request.method === "HEAD" || WITHOUT_BODY.has(this.status);
    this.host.begin(head);
    return new BodyStream(this.host, isEmpty, this.services.publish, () => {
      this.state = "done";
      this.note(0);
      this.host.end();
    });
  }

  /** Begins a stream of server-sent events. */
  events(options: { heartbeat?: number } = {}): EventStream {
    this.cacheControl = "no-cache";
    const body = this.stream({ type: "text/event-stream; charset=utf-8" });
    const lastId = this.request.header("last-event-id");
    return new EventStream(body, lastId, this.services.stopping, this.request.signal, options.heartbeat);
  }

  /** Sends a file with validators and ranges; rejects with `HttpError` 404 when there is none. */
  file(path: string, options: FileOptions = {}): Promise<void> {
    return sendFile(this.request, this, path, options);
  }

  /** The body that follows has this entity tag (without quotes): a client that has it gets 304. */
  etag(tag: string, isWeak = false): void {
    this.validators = { ...this.validators, etag: `${isWeak ? "W/" : ""}"${tag.replace(/["\s]/g, "")}"` };
  }

  /** The body that follows has not changed since then; `time` in epoch milliseconds or as a date. */
  lastModified(time: number | Date): void {
    this.validators = { ...this.validators, modified: Number(time) };
  }

  /** How long caches may keep the response, in seconds; `isPublic`: also shared ones. */
  cacheFor(seconds: number, { isPublic = false, immutable = false } = {}): void {
    const words = [isPublic ? "public" : "private", `max-age=${seconds}`, ...(immutable ? ["immutable"] : [])];
    this.cacheControl = words.join(", ");
  }

  /** Nobody may keep the response. */
  noStore(): void {
    this.cacheControl = "no-store";
  }

  /** The connection ends after this response (P15). */
  closeConnection(): void {
    this.closes = true;
  }

  /** Calls `logger` just before the response is logged (P14); it may return other facts for the log. */
  beforeLog(logger: (facts: LogFacts) => LogFacts | undefined): void {
    this.loggers.push(logger);
  }

  /** For the service: resolves when everything that was begun has been given to the connection. */
  async completed(): Promise<void> {
    await this.completion;
  }

  /** For the service: gives a response up in the middle. */
  abandon(): void {
    this.host.destroy();
  }

  private start(state: "streaming" | "done"): void {
    if (this.state !== "open") throw new Error("the response has been sent already");
    this.state = state;
  }

  private async deliver(body: Uint8Array): Promise<void> {
    const { status, request } = this;
    if (status === 200 && this.answersCondition()) return;
    this.showValidators();
    if (WITHOUT_BODY.has(status)) {
      this.finish({ framing: "none" }, NO_BYTES);
      return;
    }
    const coding = this.negotiate(body);
    const contentType = this.contentType;
    if (coding === null) {
      this.finish({ contentType, contentLength: body.length, framing: "length" }, body);
      return;
    }
    const compressed = await compressBody(body, coding, this.services.compression);
    // The compressed form is another representation (RFC 9110 §8.8.3).
    const { etag } = this.validators;
    if (etag !== undefined) this.headers.set("ETag", etag.replace(/"$/, `-${coding}"`));
    const head = { contentType, contentEncoding: coding, contentLength: compressed.length, framing: "length" } as const;
    this.finish(head, request.method === "HEAD" ? NO_BYTES : compressed, body.length);
  }

  /** Answers with 304 or 412 when the conditions of the request say so. */
  private answersCondition(): boolean {
    const header = (name: string) => this.request.header(name);
    const isRead = this.request.method === "GET" || this.request.method === "HEAD";
    if (isPreconditionFailed(header, this.validators) && this.hasValidators) this.status = 412;
    else if (isRead && isNotModified(header, this.validators)) this.status = 304;
    else return false;
    this.showValidators();
    if (this.status === 304) this.finish({ framing: "none" }, NO_BYTES);
    else this.finish({ contentLength: 0, framing: "length" }, NO_BYTES);
    return true;
  }

  private get hasValidators(): boolean {
    return this.validators.etag !== undefined || this.validators.modified !== undefined;
  }

  private showValidators(): void {
    const { etag, modified } = this.validators;
    if (etag !== undefined) this.headers.set("ETag", etag);
    if (modified !== undefined) this.headers.set("Last-Modified", httpDate(modified));
  }

  private negotiate(body: Uint8Array) {
    const { compression } = this.services;
    const type = this.headers.get("content-type") ?? this.contentType;
    const isWorthIt = body.length >= compression.minimumLength && body.length > 0 && isCompressible(type);
    if (!this.compress || !isWorthIt || this.headers.has("content-encoding")) return null;
    const offered = compression.codings.filter((coding) => AVAILABLE_CODINGS.includes(coding));
    if (offered.length === 0) return null;
    this.headers.addWord("Vary", "Accept-Encoding");
    if (this.request.version === "1.0") return null;
    return chooseCoding(this.request.header("accept-encoding"), offered, this.request.userAgent);
  }

  private finish(parts: HeadShape, body: Uint8Array, uncompressedLength = 0): void {
    this.note(uncompressedLength);
    this.host.send(this.head(parts), this.request.method === "HEAD" ? NO_BYTES : body);
  }

  private head({ framing, contentType, contentEncoding, contentLength, location }: HeadShape): ResponseHead {
    const isDelimited = framing !== "close";
    const keepAlive =
      isDelimited && !this.closes && this.services.keepAlive && this.host.canKeepAlive && this.isBodyRead();
    const isRedirect = location !== undefined;
    const expires = this.expires instanceof Date ? this.expires.toUTCString() : this.expires;
    const fields = headFields(
      {
        contentType,
        contentEncoding,
        contentLength,
        location,
        connection: this.showConnection ? (keepAlive ? "keep-alive" : "close") : undefined,
        cacheControl: isRedirect ? undefined : this.cacheControl,
        expires: isRedirect ? undefined : expires,
        contentDisposition: isRedirect ? undefined : this.contentDisposition,
        server: this.services.server,
        isChunked: framing === "chunked",
      },
      this.headers,
      this.cookies,
    );
    return { status: this.status, fields, keepAlive, framing };
  }

  private note(uncompressedLength: number): void {
    const peer = this.request.peerAddress;
    const client = this.request.clientAddress;
    let facts: LogFacts = {
      uncompressedLength,
      userId: BigInt(this.userId),
      custom: this.logField === undefined ? undefined : encodeText(this.logField),
      errorText: this.errorText === undefined ? undefined : encodeText(this.errorText),
      clientAddress: client !== null && client !== peer ? client : undefined,
    };
    for (const logger of this.loggers) facts = logger(facts) ?? facts;
    this.host.note(facts);
  }
}

interface HeadShape {
  readonly framing: ResponseHead["framing"];
  readonly contentType?: string;
  readonly contentEncoding?: string;
  readonly contentLength?: number;
  readonly location?: string;
}
