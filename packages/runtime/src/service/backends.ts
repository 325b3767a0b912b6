/**
 * Back ends of a service: databases, caches and other servers (features S6 and §4.12). They are connected when the
 * service starts and connected again in the background for ever, whatever happens.
 */
import { HttpError } from "./errors.js";

/** What a back end is; `Client` is a connection or a pool of any library. */
export interface BackendDefinition<Client> {
  /** Connects. `lost` is to be called when the client becomes unusable: it is closed and connected again. */
  readonly connect: (lost: (error: unknown) => void) => Client | Promise<Client>;
  readonly close?: (client: Client) => void | Promise<void>;
  /** Milliseconds between two attempts to connect; default 4000. */
  readonly retryDelay?: number;
  /** Calls under way at most; default 1000. */
  readonly outstanding?: number;
  /** Calls that wait for others to end at most; default 1000. */
  readonly queued?: number;
  /** Milliseconds for a call; default 600 000. */
  readonly callTimeout?: number;
}

/** Declares a back end. */
export function backend<Client>(definition: BackendDefinition<Client>): BackendDefinition<Client> {
  return definition;
}

/** The back end cannot be used now: answered with status 503. */
export class BackendUnavailable extends HttpError {
  constructor(name: string, reason: string) {
    super(503, `back end ${name}: ${reason}`, { "Retry-After": "4" });
    this.name = "BackendUnavailable";
  }
}

export class Backend<Client> {
  private client: { readonly value: Client } | null = null;
  private timer: NodeJS.Timeout | null = null;
  private isClosed = false;
  private readonly waiting: (() => void)[] = [];
  private running = 0;

  constructor(
    readonly name: string,
    private readonly definition: BackendDefinition<Client>,
    private readonly log: (line: string) => void,
  ) {}

  get isConnected(): boolean {
    return this.client !== null;
  }

  /** The connected client. Throws `BackendUnavailable` while there is none. */
  get(): Client {
    if (this.client === null) throw new BackendUnavailable(this.name, "not connected");
    return this.client.value;
  }

  /**
   * Runs `work` with the client, with limits: calls beyond `outstanding` wait, beyond `queued` they fail. Throws
   * `BackendUnavailable` when it cannot run or takes too long; `signal` is aborted then.
   */
  async call<Result>(work: (client: Client, signal: AbortSignal) => Promise<Result>): Promise<Result> {
    const { outstanding = 1000, queued = 1000, callTimeout = 600_000 } = this.definition;
    if (this.running >= outstanding) {
      if (this.waiting.length >= queued) throw new BackendUnavailable(this.name, "too many calls");
      // Whoever ends hands on its place.
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    } else {
      this.running++;
    }
    const abort = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    try {
      const client = this.get();
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => {
          const error = new BackendUnavailable(this.name, `no answer within ${callTimeout} ms`);
          reject(error);
          abort.abort(error);
        }, callTimeout);
      });
      return await Promise.race([work(client, abort.signal), late]);
    } finally {
      clearTimeout(timer);
      const next = this.waiting.shift();
      if (next === undefined) this.running--;
      else next();
    }
  }

  /** For the service: the first attempt to connect. Never rejects: others follow in the background. */
  async start(): Promise<void> {
    try {
      await this.connect();
    } catch (error) {
      this.log(`back end ${this.name}: cannot connect: ${messageOf(error)}`);
      this.retry();
    }
  }

  /** For the service: closes the client and connects no more. */
  async stop(): Promise<void> {
    this.isClosed = true;
    if (this.timer !== null) clearTimeout(this.timer);
    await this.discard();
  }

  private async connect(): Promise<void> {
    const attempt: { value?: Client } = {};
    const value = await this.definition.connect((error) => this.lose(attempt, error));
    attempt.value = value;
    if (this.isClosed) {
      await this.definition.close?.(value);
      return;
    }
    this.client = attempt as { readonly value: Client };
  }

  /** `attempt` tells late complaints about a former client from those about the present one. */
  private lose(attempt: object, error: unknown): void {
    if (this.client !== attempt || this.isClosed) return;
    this.log(`back end ${this.name}: connection lost: ${messageOf(error)}`);
    void this.discard();
    this.retry(0);
  }

  private retry(delay = this.definition.retryDelay ?? 4000): void {
    if (this.isClosed) return;
    this.timer = setTimeout(async () => {
      try {
        await this.connect();
        this.log(`back end ${this.name}: connected`);
      } catch {
        // Only the first failure is reported: it is tried again until it succeeds.
        this.retry();
      }
    }, delay).unref();
  }

  private async discard(): Promise<void> {
    const { client } = this;
    this.client = null;
    try {
      if (client !== null) await this.definition.close?.(client.value);
    } catch (error) {
      this.log(`back end ${this.name}: cannot close: ${messageOf(error)}`);
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
