/**
 * JSON-RPC 2.0 over HTTP (https://www.jsonrpc.org/specification): methods by name, batches, notifications.
 */
import type { BackendTable, RequestContext } from "./context.js";
import { defineService, type Service, type ServiceDefinition } from "./define-service.js";
import { HttpError } from "./errors.js";
import type { ServiceRequest } from "./request.js";
import { checkInput, InputError, type StandardSchema } from "./schema.js";

/** An error that the caller gets. */
export class JsonRpcError extends Error {
  constructor(
    readonly code: number,
    message: string,
    readonly data?: unknown,
  ) {
    super(message);
    this.name = "JsonRpcError";
  }
}

/** Answers the calls of one method. */
export interface JsonRpcMethod<Context, Params> {
  /** Checks `params`: an array, an object or undefined. */
  readonly params: StandardSchema<unknown, Params>;
  readonly run: (params: Params, context: Context, request: ServiceRequest) => unknown;
}

/** A method whose parameters are not checked. */
export type PlainJsonRpcMethod<Context> = (params: unknown, context: Context, request: ServiceRequest) => unknown;

export interface JsonRpcDefinition<Table extends BackendTable, State>
  extends Omit<ServiceDefinition<Table, State>, "handle" | "fetch" | "routes"> {
  readonly methods: (
    method: <Params>(
      params: StandardSchema<unknown, Params>,
      run: JsonRpcMethod<RequestContext<Table, State>, Params>["run"],
    ) => JsonRpcMethod<RequestContext<Table, State>, Params>,
  ) => Readonly<
    Record<
      string,
      // biome-ignore lint/suspicious/noExplicitAny: methods with different parameters stand in one table
      JsonRpcMethod<RequestContext<Table, State>, any> | PlainJsonRpcMethod<RequestContext<Table, State>>
    >
  >;
  /** Calls in one batch at most; default 100. */
  readonly batchLimit?: number;
}

const ErrorCode = {
  parse: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internal: -32603,
} as const;

type Id = string | number | null;

interface Answer {
  readonly jsonrpc: "2.0";
  readonly id: Id;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
}

/** Declares a service that answers JSON-RPC calls. */
export function defineJsonRpcService<Table extends BackendTable = Record<never, never>, State = undefined>(
  definition: JsonRpcDefinition<Table, State>,
): Service {
  const { methods, batchLimit = 100, ...rest } = definition;
  type Context = RequestContext<Table, State>;
  const table = new Map(Object.entries(methods((params, run) => ({ params, run }))));

  async function call(message: unknown, context: Context, request: ServiceRequest): Promise<Answer | null> {
    if (!isCall(message)) return failure(null, new JsonRpcError(ErrorCode.invalidRequest, "Invalid Request"));
    const { id = null, params } = message;
    let answer: Answer;
    try {
      const method = table.get(message.method);
      if (method === undefined) throw new JsonRpcError(ErrorCode.methodNotFound, "Method not found");
      const result =
        typeof method === "function"
          ? await method(params, context, request)
          : await method.run(await checkInput(method.params, "params", params), context, request);
      answer = { jsonrpc: "2.0", id, result: result ?? null };
    } catch (error) {
      answer = failure(id, explain(error, context));
    }
    // Without an id it is a notification, which has no answer.
    return message.id === undefined ? null : answer;
  }

  return defineService<Table, State>({
    ...rest,
    async handle(request, response, context) {
      if (request.method !== "POST") throw new HttpError(405, "JSON-RPC calls are posted", { Allow: "POST" });
      response.contentType = "application/json";
      let message: unknown;
      try {
        message = await request.json();
      } catch (error) {
        if (!(error instanceof HttpError) || error.status !== 400) throw error;
        return response.json(failure(null, new JsonRpcError(ErrorCode.parse, "Parse error")));
      }
      if (!Array.isArray(message)) return reply(await call(message, context, request));
      if (message.length === 0 || message.length > batchLimit) {
        return reply(failure(null, new JsonRpcError(ErrorCode.invalidRequest, "Invalid Request")));
      }
      const answers = await Promise.all(message.map((one) => call(one, context, request)));
      const wanted = answers.filter((answer) => answer !== null);
      return reply(wanted.length === 0 ? null : wanted);

      function reply(answer: unknown): Promise<void> {
        if (answer !== null) return response.json(answer);
        response.status = 204;
        return response.send();
      }
    },
  });
}

function isCall(message: unknown): message is { method: string; params?: unknown; id?: Id } {
  if (typeof message !== "object" || message === null) return false;
  const { jsonrpc, method, params, id } = message as Record<string, unknown>;
  const hasId = id === undefined || id === null || typeof id === "string" || typeof id === "number";
  const hasParams = params === undefined || (typeof params === "object" && params !== null);
  return jsonrpc === "2.0" && typeof method === "string" && hasId && hasParams;
}

function failure(id: Id, { code, message, data }: JsonRpcError): Answer {
  return { jsonrpc: "2.0", id, error: { code, message, ...(data !== undefined && { data }) } };
}

function explain(error: unknown, context: { log(line: string): void }): JsonRpcError {
  if (error instanceof JsonRpcError) return error;
  if (error instanceof InputError) return new JsonRpcError(ErrorCode.invalidParams, "Invalid params", error.issues);
  context.log(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return new JsonRpcError(ErrorCode.internal, "Internal error");
}
