// What a service is to its process: the code that answers requests. The standard static service is one; services that
// are declared with the service API are adapted to it.

import type { DispatcherControl, Sender } from "pub-runtime/service";
import type { ServiceConfiguration } from "../process/messages.js";
import type { Request } from "./request.js";
import type { Response } from "./response.js";

export interface Service {
  /** Answers one request. A rejection is logged and answered with status 500. */
  handle(request: Request, response: Response): void | Promise<void>;
  /** Takes a text of the operator; resolves to what it says against it, or null. */
  message?(text: string): Promise<string | null>;
  /** Takes custom messages of other services. */
  readonly custom?: CustomHandlers;
  /** A new version of the site is there: pages that begin now are of it. */
  siteChanged?(): Promise<void>;
  /** The log daemon is gone; false: the process decides what becomes of it. */
  logLost?(): boolean;
  /** Called once when the process is about to end: responses that would go on for ever are to be ended. */
  stopping?(): void;
  /** Called once when no request is left and the process is about to end. */
  close?(): void | Promise<void>;
}

/** Custom messages (server specification §4.8): false, or null, when the service does not take them. */
export interface CustomHandlers {
  custom1?(bytes: Uint8Array, from: Sender): Promise<boolean>;
  custom2?(bytes: Uint8Array, from: Sender): Promise<Uint8Array | null>;
}

/** What the process gives to a service. */
export interface ServiceContext {
  configuration: ServiceConfiguration;
  /** Writes a line (byte string) to the error log. */
  log(line: string): void;
  /** Finishes the requests in flight and ends the process, once a new one has taken over. */
  retire(): void;
  readonly dispatcher: DispatcherControl;
}
