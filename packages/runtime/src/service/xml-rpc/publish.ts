/**
 * `okws.pub3`: other programs have templates published (server specification §4.11).
 */
import type { Localiser } from "../localiser.js";
import type { Variables } from "../page-types.js";
import type { PageOptions } from "../publisher.js";
import type { XmlRpcValue } from "./values.js";

/** The localiser for a language that a caller names; null for none. */
export type RemoteLanguage = (language: string) => Localiser | null;

interface RemoteContext {
  readonly service: {
    hasTemplate(path: string): boolean;
    publish(path: string, variables?: Variables, options?: PageOptions): Promise<{ ok: boolean; body: Uint8Array }>;
    runConfig(path: string, variables?: Variables): Promise<{ ok: boolean; variables: Variables }>;
  };
}

/** Option names and what they mean; the others of the reference change nothing here. */
const OPTIONS: Readonly<Record<string, PageOptions>> = {
  debug: {},
  includeInfo: {},
  verbose: {},
  visibleErrors: { errors: { inPlace: true } },
  WSS: { wss: true },
  raw: { raw: true },
  conf: {},
  config: {},
};

/** Statuses of a publishing (§1.11). */
const STATUS = { failed: 1, notFound: 3 } as const;

/** The answer to each of the structs: `{data}` with the page or the variables of a configuration, or `{error}`. */
export function publishRemotely(
  params: readonly XmlRpcValue[],
  context: RemoteContext,
  language: RemoteLanguage | undefined,
): Promise<XmlRpcValue[]> {
  // The structs come one a parameter, or in one array.
  const jobs = params.flatMap((param) => (Array.isArray(param) ? (param as XmlRpcValue[]) : [param]));
  return Promise.all(jobs.map((job) => publishOne(job, context, language)));
}

async function publishOne(
  job: XmlRpcValue,
  { service }: RemoteContext,
  language: RemoteLanguage | undefined,
): Promise<XmlRpcValue> {
  if (!isStruct(job)) return failure(401, "a struct is expected");
  const { filename, variables = {} } = job;
  if (typeof filename !== "string" || filename === "") return failure(401, "filename is missing");
  if (!isStruct(variables)) return failure(401, "variables is to be a struct");
  const names = [job.options ?? []].flat() as XmlRpcValue[];
  const unknown = names.find((name) => typeof name !== "string" || !Object.hasOwn(OPTIONS, name));
  if (unknown !== undefined) return failure(401, `unknown option: ${String(unknown)}`);
  const options: PageOptions = Object.assign({}, ...names.map((name) => OPTIONS[name as string]));
  const localiser = typeof job.language === "string" ? (language?.(job.language) ?? null) : null;
  const isRaw = options.raw === true;
  if (!isRaw && localiser === null && !service.hasTemplate(filename)) {
    return failure(STATUS.notFound, `${filename}: file not found`);
  }
  if (job.conf || job.config || names.includes("conf") || names.includes("config")) {
    const result = await service.runConfig(filename, variables);
    return result.ok ? { data: remoteValue(result.variables) } : failure(STATUS.failed, `${filename} failed`);
  }
  const page = await service.publish(filename, variables, { ...options, localiser });
  return page.ok ? { data: page.body } : failure(STATUS.failed, `${filename} failed`);
}

function failure(code: number, desc: string): XmlRpcValue {
  return { error: { code, desc } };
}

function isStruct(value: XmlRpcValue | undefined): value is { readonly [member: string]: XmlRpcValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}

/** Integers beyond 32 bits travel as text, as they do in the JSON of templates. */
function remoteValue(value: unknown): XmlRpcValue {
  if (Array.isArray(value)) return value.map(remoteValue);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, remoteValue(member)]));
  }
  if (typeof value === "bigint") return String(value);
  if (typeof value === "number" && Number.isInteger(value) && value !== (value | 0)) return String(value);
  return value as XmlRpcValue;
}
