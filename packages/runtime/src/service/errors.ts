/**
 * Errors that decide about the answer to a request.
 */

/**
 * Ends the handling of a request with an error page (server specification §3.10). `message` is the text of the error
 * document (`AUXSTR`) and of the error log.
 */
export class HttpError extends Error {
  constructor(
    readonly status: number,
    message = "",
    /** Added to the response. */
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = "HttpError";
  }
}

/** The client went away: nobody is there to be answered. */
export class ClientGone extends Error {
  constructor() {
    super("the client has closed the connection");
    this.name = "ClientGone";
  }
}
