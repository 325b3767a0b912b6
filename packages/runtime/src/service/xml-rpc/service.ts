/**
 * XML-RPC services (server specification §4.11): methods by name, several calls in one, publishing for other programs.
 */
import type { BackendTable, RequestContext } from "../context.js";
import { defineService, type Service, type ServiceDefinition } from "../define-service.js";
import { HttpError } from "../errors.js";
import type { ServiceRequest } from "../request.js";
import { publishRemotely, type RemoteLanguage } from "./publish.js";
import { readCall } from "./read.js";
import { FaultCode, faultStruct, type XmlRpcCall, XmlRpcFault, type XmlRpcValue } from "./values.js";
import { writeFault, writeResponse } from "./write.js";

/** Answers the calls of one method. What it throws becomes a fault. */
export type XmlRpcMethod<Context> = (
  params: readonly XmlRpcValue[],
  context: Context,
  request: ServiceRequest,
) => XmlRpcValue | Promise<XmlRpcValue>;

export interface XmlRpcDefinition<Table extends BackendTable, State>
  extends Omit<ServiceDefinition<Table, State>, "handle" | "fetch" | "routes"> {
  readonly methods: Readonly<Record<string, XmlRpcMethod<RequestContext<Table, State>>>>;
  /** False refuses a call with fault 207. */
  authorize?(
    call: XmlRpcCall,
    request: ServiceRequest,
    context: RequestContext<Table, State>,
  ): boolean | Promise<boolean>;
  /** Chooses templates for the `language` of `okws.pub3`. */
  readonly language?: RemoteLanguage;
  /** Code of the fault for an error that is none itself; default 1. */
  readonly errorCode?: number;
}

const MULTICALL = "system.multicall";

/** Above these levels of tracing (`XMLRPC_SRV_TRACE`, `system.setDebugLevel`) more is logged. */
const TraceLevel = { method: 3, call: 10, text: 20 } as const;

/** Declares a service that answers XML-RPC calls. */
export function defineXmlRpcService<Table extends BackendTable = Record<never, never>, State = undefined>(
  definition: XmlRpcDefinition<Table, State>,
): Service {
  const { methods, authorize, language, errorCode = 1, ...rest } = definition;
  type Context = RequestContext<Table, State>;
  let level = Number(process.env.XMLRPC_SRV_TRACE) || 0;

  const builtIn: Record<string, XmlRpcMethod<Context>> = {
    "system.setDebugLevel": ([value]) => {
      if (typeof value !== "number") throw new XmlRpcFault(FaultCode.badParameters, "an int is expected");
      if (value > 0) level = value;
      return level;
    },
    "okws.pub": (params, context) => publishRemotely(params, context, language),
    "okws.pub3": (params, context) => publishRemotely(params, context, language),
  };
  const table: ReadonlyMap<string, XmlRpcMethod<Context>> = new Map(Object.entries({ ...builtIn, ...methods }));

  async function run(call: XmlRpcCall, context: Context, request: ServiceRequest): Promise<XmlRpcValue> {
    const method = table.get(call.method);
    if (method === undefined) throw new XmlRpcFault(FaultCode.noMethod, `Method not found: ${call.method}`);
    if (authorize && !(await authorize(call, request, context))) {
      throw new XmlRpcFault(FaultCode.notAuthorized, "Not authorized");
    }
    try {
      return await method(call.params, context, request);
    } catch (error) {
      if (error instanceof XmlRpcFault) throw error;
      context.log(error instanceof Error ? (error.stack ?? error.message) : String(error));
      throw new XmlRpcFault(errorCode, error instanceof Error ? error.message : String(error));
    }
  }

  /** Several calls at once, their results in order: an array of one value each, or the struct of a fault. */
  async function multicall(call: XmlRpcCall, context: Context, request: ServiceRequest): Promise<XmlRpcValue> {
    const [calls] = call.params;
    if (!Array.isArray(calls)) throw new XmlRpcFault(FaultCode.badParameters, "an array of calls is expected");
    return Promise.all(
      calls.map(async (one: XmlRpcValue) => {
        try {
          return [await run(memberCall(one), context, request)];
        } catch (error) {
          return faultStruct(error as XmlRpcFault);
        }
      }),
    );
  }

  return defineService<Table, State>({
    ...rest,
    async handle(request, response, context) {
      if (request.method !== "POST") throw new HttpError(406, "XML-RPC calls are posted");
      response.contentType = "text/xml";
      const text = (await request.bytes()).toString("utf8");
      if (level >= TraceLevel.text) context.log(text);
      let answer: string;
      try {
        const call = readCall(text);
        if (level >= TraceLevel.method) context.log(`XML-RPC ${call.method}`);
        if (level >= TraceLevel.call) context.log(JSON.stringify(call.params, dumped));
        answer = writeResponse(await (call.method === MULTICALL ? multicall : run)(call, context, request));
      } catch (error) {
        if (!(error instanceof XmlRpcFault)) throw error;
        answer = writeFault(error);
      }
      await response.send(answer);
    },
  });
}

function memberCall(value: XmlRpcValue): XmlRpcCall {
  const { methodName, params = [] } = (value ?? {}) as Record<string, XmlRpcValue>;
  if (typeof methodName !== "string" || !Array.isArray(params)) {
    throw new XmlRpcFault(FaultCode.badParameters, "a call has a methodName and params");
  }
  if (methodName === MULTICALL) throw new XmlRpcFault(FaultCode.recursiveMulticall, "Recursive system.multicall");
  return { method: methodName, params };
}

function dumped(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}
