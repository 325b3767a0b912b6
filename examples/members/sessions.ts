// Who is logged in, in Redis: a session is a random number in a cookie; Redis has what belongs to it, and forgets it.
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { BackendUnavailable, backend } from "pub-runtime/service";
import { createClient, type RedisClientOptions } from "redis";

export interface Session {
  /** The number in the cookie. */
  id: string;
  /** The member who is logged in; 0 for a visitor. */
  member: number;
  /** Forms carry it, so that other sites cannot send them in the member's name. */
  token: string;
  /** A line that the next page shows once. */
  notice: string;
}

/** Seconds that a session is kept after its last use. */
const MEMBER_LIFETIME = 14 * 24 * 3600;
const VISITOR_LIFETIME = 3600;

/** Failed logins of one address or client in `TRIES_TIME` seconds. */
const TRIES = 10;
const TRIES_TIME = 15 * 60;

type Client = ReturnType<typeof createClient>;

/** Declares the back end. `options`: where the server is, as the client takes it. */
export function sessionsBackend(options: RedisClientOptions) {
  return backend<Sessions>({
    retryDelay: 1000,
    async connect(lost) {
      // Connecting again is the back end's work, so that requests hear of it at once.
      const socket = {
        connectTimeout: 5000,
        ...options.socket,
        reconnectStrategy: false,
      } as RedisClientOptions["socket"];
      const client = createClient({ ...options, socket, disableOfflineQueue: true }) as Client;
      client.on("error", lost);
      await client.connect();
      return new Sessions(client);
    },
    close: (sessions) => sessions.close(),
  });
}

export class Sessions {
  constructor(private readonly client: Client) {}

  /** The session of the cookie, or a new one of a visitor, which is not kept yet. */
  async open(id: string | undefined): Promise<Session> {
    const kept = id === undefined ? null : await this.run((client) => client.get(key(id)));
    if (kept !== null && id !== undefined) return { ...(JSON.parse(kept) as Omit<Session, "id">), id };
    return newSession(0);
  }

  async keep(session: Session): Promise<void> {
    const { id, ...rest } = session;
    const expiration = { type: "EX", value: session.member === 0 ? VISITOR_LIFETIME : MEMBER_LIFETIME } as const;
    await this.run((client) => client.set(key(id), JSON.stringify(rest), { expiration }));
  }

  /** A new session with another number, as rights change: who knew the old one gains nothing. */
  async replace(old: Session, member: number, notice: string): Promise<Session> {
    await this.run((client) => client.del(key(old.id)));
    const session = { ...newSession(member), notice };
    await this.keep(session);
    return session;
  }

  /** Counts a failed login; true when there were too many for `what`. */
  async mayTry(what: string): Promise<boolean> {
    return Number((await this.run((client) => client.get(`tries:${what}`))) ?? 0) < TRIES;
  }

  async failed(what: string): Promise<void> {
    await this.run((client) => client.multi().incr(`tries:${what}`).expire(`tries:${what}`, TRIES_TIME).exec());
  }

  close(): void {
    if (this.client.isOpen) this.client.destroy();
  }

  private async run<Result>(work: (client: Client) => Promise<Result>): Promise<Result> {
    try {
      return await work(this.client);
    } catch (error) {
      if (this.client.isReady) throw error;
      throw new BackendUnavailable("sessions", (error as Error).message);
    }
  }
}

/** Whether a form carries the token of the session. */
export function hasToken(session: Session, token: string): boolean {
  const [given, wanted] = [Buffer.from(token), Buffer.from(session.token)];
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

function newSession(member: number): Session {
  return { id: randomText(), member, token: randomText(), notice: "" };
}

function randomText(): string {
  return randomBytes(32).toString("base64url");
}

/** Who reads Redis does not learn the cookies. */
function key(id: string): string {
  return `session:${createHash("sha256").update(id).digest("base64url")}`;
}
