/**
 * The body of a response in pieces (server specification §4.5 P10), with back-pressure.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { HostResponse } from "./host.js";
import type { PageArguments, PagePath, Variables } from "./page-types.js";
import type { PageOptions, PageResult } from "./publisher.js";

type Publish = (
  path: string,
  variables: Variables | undefined,
  options: PageOptions | undefined,
  write: (bytes: Uint8Array) => void,
) => Promise<PageResult>;

/** Bytes after which others get their turn, and what a piece counts at least: a fast client never makes us wait. */
const TURN_LENGTH = 64 * 1024;
const PIECE_LENGTH = 64;

export class BodyStream {
  private isEnded = false;
  private sinceTurn = 0;

  constructor(
    private readonly host: HostResponse,
    /** Nothing of the body is sent: the request was HEAD, or the status has none. */
    private readonly isEmpty: boolean,
    private readonly publishPage: Publish,
    private readonly finish: () => void,
  ) {}

  /** The client went away. */
  get isGone(): boolean {
    return this.host.isGone;
  }

  /**
   * Sends a piece and waits until the client has taken enough for the next one. False: nothing more is wanted, since the
   * client is gone or, with HEAD, gets no body.
   */
  async write(piece: string | Uint8Array): Promise<boolean> {
    if (this.isEnded) throw new Error("the body of the response has ended");
    if (this.host.isGone || this.isEmpty) return false;
    const bytes = typeof piece === "string" ? Buffer.from(piece) : piece;
    // An empty chunk would be the end of the body.
    if (bytes.length > 0 && !this.host.write(bytes)) await this.host.drained();
    this.sinceTurn += Math.max(bytes.length, PIECE_LENGTH);
    if (this.sinceTurn >= TURN_LENGTH) {
      this.sinceTurn = 0;
      await nextTurn();
    }
    return !this.host.isGone;
  }

  /** Sends a template: what it has printed leaves whenever it waits. */
  async publish<Path extends string>(
    path: PagePath<Path> | (Path & PagePath<Path>),
    ...[variables, options]: PageArguments<Path, PageOptions>
  ): Promise<PageResult> {
    const result = await this.publishPage(path, variables, options, (bytes) => void this.write(bytes));
    await this.write(result.body);
    return result;
  }

  /** Sends all of a source; it is stopped when the client is gone. */
  async pipe(source: AsyncIterable<string | Uint8Array>): Promise<boolean> {
    for await (const piece of source) if (!(await this.write(piece))) return false;
    return true;
  }

  /** Gives the response up. */
  abandon(): void {
    if (this.isEnded) return;
    this.isEnded = true;
    this.host.destroy();
  }

  /** Ends the body and with it the response. */
  end(): void {
    if (this.isEnded) return;
    this.isEnded = true;
    if (!this.host.isGone) this.finish();
  }
}
