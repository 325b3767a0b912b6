/**
 * One request as a service sees it (server specification §4.3).
 */
import { isUtf8 } from "node:buffer";
import { readPieces } from "./body.js";
import { ClientGone, HttpError } from "./errors.js";
import type { Field, HostRequest } from "./host.js";
import { readMultipart, type UploadedFile, type UploadOptions } from "./multipart.js";
import { addCookies, addUrlEncoded, type ParameterRules, Parameters } from "./parameters.js";
import { addressNumber, type ClientFacts } from "./proxies.js";
import { decodePercent, decodeText } from "./text.js";

/** How requests of a service are read; a handler may have its own rules. */
export interface RequestRules {
  readonly parameters: ParameterRules;
  /** Bytes of the largest body. */
  readonly bodyLimit: number;
  /** Milliseconds for the whole request to arrive. */
  readonly timeout: number;
  /** Query and form fields together in `parameters()`. */
  readonly union: boolean;
  /** False: multipart forms are refused. */
  readonly uploads: UploadOptions | boolean;
}

/** The fields of a form and its files. */
export interface Form {
  readonly fields: Parameters;
  readonly files: readonly UploadedFile[];
}

const METHODS_WITH_FORM = new Set(["POST", "PUT", "PATCH"]);

export class ServiceRequest {
  readonly method: string;
  /** As sent. */
  readonly target: string;
  /** Path as sent: not decoded, without query. */
  readonly path: string;
  /** The query as sent, without question mark. */
  readonly queryText: string;
  private readonly arrived = Date.now();
  private isGone = false;
  /** Made when somebody wants the signal: most requests end without. */
  private gone: AbortController | undefined;
  private fieldList: readonly Field[] | undefined;
  private headerTable: Map<string, string> | undefined;
  private queryTable: Parameters | undefined;
  private cookieTable: Parameters | undefined;
  private formResult: Promise<Form> | undefined;
  private bodyResult: Promise<Buffer> | undefined;

  constructor(
    private readonly host: HostRequest,
    private readonly client: ClientFacts,
    private rules: RequestRules,
  ) {
    this.method = host.method;
    this.target = host.target;
    const local = host.target.replace(/^https?:\/\/[^/?]*/i, "");
    const mark = local.indexOf("?");
    this.path = (mark < 0 ? local : local.slice(0, mark)) || "/";
    this.queryText = mark < 0 ? "" : local.slice(mark + 1);
  }

  /** `1.0` or `1.1`. */
  get version(): string {
    return `1.${this.host.minorVersion}`;
  }

  get firstLine(): string {
    return `${this.method} ${this.target} HTTP/${this.version}`;
  }

  /** The path decoded, as Unicode text. */
  get decodedPath(): string {
    return decodeText(decodePercent(this.path));
  }

  /** Value of a header in any case, the first of several; undefined without one. */
  header(name: string): string | undefined {
    return this.headers.get(name.toLowerCase());
  }

  /** All headers by their names in lower case, each with its first value. */
  get headers(): ReadonlyMap<string, string> {
    if (this.headerTable === undefined) {
      this.headerTable = new Map();
      for (const [name, value] of this.headerFields) {
        const key = name.toLowerCase();
        if (!this.headerTable.has(key)) this.headerTable.set(key, value);
      }
    }
    return this.headerTable;
  }

  /** Every header line in the order of its arrival. */
  get headerFields(): readonly Field[] {
    this.fieldList ??= this.host.fields;
    return this.fieldList;
  }

  /** Bytes of the request line and the headers, with the empty line behind them. */
  get headLength(): number {
    return this.headerFields.reduce(
      (sum, [name, value]) => sum + name.length + value.length + 4,
      this.firstLine.length + 4,
    );
  }

  get userAgent(): string | undefined {
    return this.header("user-agent");
  }

  get referer(): string | undefined {
    return this.header("referer");
  }

  /** Bytes of the body as announced; undefined when it is not. */
  get contentLength(): number | undefined {
    const value = this.header("content-length");
    return value === undefined || !/^\d+$/.test(value) ? undefined : Number(value);
  }

  /** Media type of the body in lower case, without parameters; empty when none is told. */
  get contentType(): string {
    return (this.header("content-type") ?? "").split(";")[0].trim().toLowerCase();
  }

  get query(): Parameters {
    if (this.queryTable === undefined) {
      this.queryTable = new Parameters(this.rules.parameters);
      addUrlEncoded(this.queryText, this.queryTable);
    }
    return this.queryTable;
  }

  get cookies(): Parameters {
    if (this.cookieTable === undefined) {
      this.cookieTable = new Parameters(this.rules.parameters);
      for (const [name, value] of this.headerFields) {
        if (name.toLowerCase() === "cookie") addCookies(value, this.cookieTable);
      }
    }
    return this.cookieTable;
  }

  /**
   * The parameters that a handler usually wants: the form's for POST, PUT and PATCH, else the query's; in union mode both,
   * the query first.
   */
  async parameters(): Promise<Parameters> {
    const hasForm = METHODS_WITH_FORM.has(this.method);
    if (!hasForm) return this.query;
    const { fields } = await this.form();
    if (!this.rules.union) return fields;
    const union = new Parameters(this.rules.parameters);
    union.addAll(this.query);
    union.addAll(fields);
    return union;
  }

  /**
   * The form in the body: multipart when it says so, else URL-encoded whatever its type. Throws `HttpError` 405 for
   * multipart when the handler takes no uploads, and the errors of `readMultipart`.
   */
  form(): Promise<Form> {
    this.formResult ??= this.readForm();
    return this.formResult;
  }

  /** The whole body. Throws `HttpError` 413 and 408, and `ClientGone`. */
  bytes(): Promise<Buffer> {
    this.bodyResult ??= this.readBody();
    return this.bodyResult;
  }

  /** The body as UTF-8 text. Throws `HttpError` 400 when it is none. */
  async text(): Promise<string> {
    const bytes = await this.bytes();
    if (!isUtf8(bytes)) throw new HttpError(400, "the body is not UTF-8 text");
    return bytes.toString("utf8");
  }

  /** The body as JSON. Throws `HttpError` 415 for another media type, 400 for what is no JSON. */
  async json(): Promise<unknown> {
    const type = this.contentType;
    if (type !== "application/json" && !type.endsWith("+json")) throw new HttpError(415, "the body is to be JSON");
    const text = await this.text();
    try {
      return JSON.parse(text);
    } catch (error) {
      throw new HttpError(400, `the body is no JSON: ${(error as Error).message}`);
    }
  }

  /** The body in pieces as they arrive, to be read once instead of all other forms. */
  stream(): AsyncGenerator<Uint8Array, void> {
    const { bodyLimit, timeout } = this.rules;
    return readPieces(this.host, this.contentLength, { length: bodyLimit, deadline: this.arrived + timeout });
  }

  /** Address of the client as text: the peer's, or what trusted proxies say. */
  get clientAddress(): string | null {
    return this.client.address;
  }

  /** The client's IPv4 address as a number. */
  get clientAddressNumber(): number | undefined {
    return addressNumber(this.client.address);
  }

  get clientPort(): number {
    return this.host.connection.peerPort;
  }

  /** Address of the other end of the connection. */
  get peerAddress(): string | null {
    return this.host.connection.peerAddress;
  }

  /** The client reached the server, or the trusted proxy before it, over TLS. */
  get isSecure(): boolean {
    return this.client.isSecure;
  }

  /** Description of the cipher; empty without one. */
  get cipher(): string {
    return this.host.connection.cipher;
  }

  /** The port that accepted the connection. */
  get localPort(): number {
    return this.host.connection.localPort;
  }

  /** When the connection was accepted and given to this process; epoch milliseconds, 0 when unknown. */
  get acceptedAt(): number {
    return this.host.connection.acceptedAt;
  }

  get forwardedAt(): number {
    return this.host.connection.forwardedAt;
  }

  /** Number of the request on its connection, from 1. */
  get requestNumber(): number {
    return this.host.connection.requestNumber;
  }

  /** Aborted when the client goes away before the response has been sent. */
  get signal(): AbortSignal {
    if (this.gone === undefined) {
      this.gone = new AbortController();
      if (this.isGone) this.gone.abort(new ClientGone());
    }
    return this.gone.signal;
  }

  get isClientGone(): boolean {
    return this.isGone;
  }

  /** Changes how this request is read; to be called before what it concerns is read (S17, R11). */
  adjust(rules: Partial<RequestRules>): void {
    this.rules = { ...this.rules, ...rules };
  }

  /** For the service: the client is gone. */
  abort(): void {
    this.isGone = true;
    this.gone?.abort(new ClientGone());
  }

  /** For the service: removes stored uploads when the response is over. */
  async discardFiles(): Promise<void> {
    const form = await this.formResult?.catch(() => undefined);
    for (const file of form?.files ?? []) await file.discard();
  }

  private async readForm(): Promise<Form> {
    const fields = new Parameters(this.rules.parameters);
    if (this.contentType === "multipart/form-data") return { fields, files: await this.readFiles(fields) };
    addUrlEncoded((await this.bytes()).toString("latin1"), fields);
    return { fields, files: [] };
  }

  private async readFiles(fields: Parameters): Promise<UploadedFile[]> {
    const { uploads, bodyLimit, parameters } = this.rules;
    if (uploads === false) throw new HttpError(405, "this service takes no uploads");
    const options = uploads === true ? {} : uploads;
    const type = this.header("content-type") ?? "";
    return readMultipart(this.stream(), type, fields, { ...options, parameterLimit: parameters.limit, bodyLimit });
  }

  private async readBody(): Promise<Buffer> {
    const pieces: Uint8Array[] = [];
    for await (const piece of this.stream()) pieces.push(piece);
    return Buffer.concat(pieces);
  }
}
