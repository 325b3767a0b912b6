/**
 * The body of a response in pieces (server specification §4.5 P10), with back-pressure.
 */
import type { HostResponse } from "./host.js";
import type { PageArguments, PagePath, Variables } from "./page-types.js";
import type { PageOptions, PageResult } from "./publisher.js";

type Publish = (
  path: string,
  variables: Variables | undefined,
  options: PageOptions | undefined,
  write: (bytes: Uint8Array) => void,
) => Promise<PageResult>;

export class BodyStream {
  private isEnded = false;

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

  /** Sends a piece and waits until the client has taken enough for the next one. False: the client is gone. */
  async write(piece: string | Uint8Array): Promise<boolean> {
    if (this.isEnded) throw new Error("the body of the response has ended");
    if (this.host.isGone) return false;
    const bytes = typeof piece === "string" ? Buffer.from(piece) : piece;
    // An empty chunk would be the end of the body.
    if (!this.isEmpty && bytes.length > 0 && !this.host.write(bytes)) await this.host.drained();
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
