// What a service is to its process: the code that answers requests. The standard static service is one; a module that
// the configuration names exports another.

import type { ServiceConfiguration } from "../process/messages.js";
import type { Request } from "./request.js";
import type { Response } from "./response.js";

export interface Service {
  /** Answers one request. A rejection is logged and answered with status 500. */
  handle(request: Request, response: Response): void | Promise<void>;
  /** Takes a text of the operator; returns what it says against it, or nothing. */
  message?(text: string): string | undefined | Promise<string | undefined>;
  /** Called once when the process is about to end: responses that would go on for ever are to be ended. */
  stopping?(): void;
  /** Called once when no request is left and the process is about to end. */
  close?(): void | Promise<void>;
}

export interface ServiceContext {
  configuration: ServiceConfiguration;
  /** Writes a line (byte string) to the error log. */
  log(line: string): void;
}

/** What a service module exports as `default`: makes the service; the process is ready when it resolves. */
export type ServiceFactory = (context: ServiceContext) => Service | Promise<Service>;
