/**
 * Routes: a method and a path pattern with typed parameters.
 */
import { HttpError } from "./errors.js";
import type { UploadedFile, UploadOptions } from "./multipart.js";
import type { RequestRules, ServiceRequest } from "./request.js";
import type { ServiceResponse } from "./response.js";
import { checkInput, type SchemaOutput, type StandardSchema } from "./schema.js";
import { decodePercent, decodeText } from "./text.js";

type Schema = StandardSchema<unknown, unknown>;
type Checked<S, Otherwise> = [S] extends [Schema] ? SchemaOutput<S> : Otherwise;

/** The names in a path pattern: `/entry/:id/*rest` has `id` and `rest`. */
type PathNames<Path extends string> = Path extends `${infer Segment}/${infer Rest}`
  ? SegmentName<Segment> | PathNames<Rest>
  : SegmentName<Path>;
type SegmentName<Segment extends string> = Segment extends `:${infer Name}`
  ? Name
  : Segment extends `*${infer Name}`
    ? Name
    : never;
export type PathParameters<Path extends string> = { readonly [Name in PathNames<Path>]: string };

/** What a route's handler gets. */
export interface RouteInput<Path extends string, PathSchema, Query, Body, Cookies> {
  readonly request: ServiceRequest;
  /** Decoded texts of the names in the pattern, or what the schema `path` makes of them. */
  readonly path: Checked<PathSchema, PathParameters<Path>>;
  /** What the schema `query` makes of the query; without one a table of texts. */
  readonly query: Checked<Query, Readonly<Record<string, string | string[]>>>;
  /** What the schema `body` makes of JSON or form fields; without one the body is not read. */
  readonly body: Checked<Body, undefined>;
  readonly cookies: Checked<Cookies, Readonly<Record<string, string | string[]>>>;
  /** Uploaded files, when `body` has a schema. */
  readonly files: readonly UploadedFile[];
}

export interface RouteOptions {
  /** Bytes. */
  readonly bodyLimit?: number;
  /** Milliseconds for the request to arrive. */
  readonly timeout?: number;
  readonly uploads?: UploadOptions | boolean;
}

export interface RouteDefinition<Context, Path extends string, PathSchema, Query, Body, Cookies> extends RouteOptions {
  /** Default `GET`, which includes `HEAD`. */
  readonly method?: string;
  /** `/entry/:id` matches one segment, `/files/*rest` all that follow. */
  readonly path: Path;
  readonly params?: {
    readonly path?: PathSchema;
    readonly query?: Query;
    readonly body?: Body;
    readonly cookies?: Cookies;
  };
  readonly handle: (
    input: RouteInput<Path, PathSchema, Query, Body, Cookies>,
    response: ServiceResponse,
    context: Context,
  ) => unknown;
}

/** A route that `route` made. */
export interface Route<Context> {
  readonly method: string;
  readonly path: string;
  readonly options: RouteOptions;
  run(
    request: ServiceRequest,
    response: ServiceResponse,
    context: Context,
    path: Record<string, string>,
  ): Promise<void>;
}

/** Makes a route; the types of its input follow from its path and its schemas. */
export type RouteMaker<Context> = <
  const Path extends string,
  PathSchema extends Schema | undefined = undefined,
  Query extends Schema | undefined = undefined,
  Body extends Schema | undefined = undefined,
  Cookies extends Schema | undefined = undefined,
>(
  definition: RouteDefinition<Context, Path, PathSchema, Query, Body, Cookies>,
) => Route<Context>;

export function createRoute<Context>(
  // biome-ignore lint/suspicious/noExplicitAny: the types of the input are those of `RouteMaker`
  definition: RouteDefinition<Context, string, any, any, any, any>,
): Route<Context> {
  const { method = "GET", path, params = {}, handle, bodyLimit, timeout, uploads } = definition;
  return {
    method,
    path,
    options: { bodyLimit, timeout, uploads },
    async run(request, response, context, names) {
      const [pathValues, query, cookies] = await Promise.all([
        checked(params.path, "path", () => names),
        checked(params.query, "query", () => request.query.toObject()),
        checked(params.cookies, "cookies", () => request.cookies.toObject()),
      ]);
      const { body, files } = await readBody(request, params.body);
      await handle({ request, path: pathValues, query, body, cookies, files }, response, context);
    },
  };
}

async function checked(schema: Schema | undefined, part: string, value: () => unknown): Promise<unknown> {
  return schema === undefined ? value() : checkInput(schema, part, value());
}

async function readBody(request: ServiceRequest, schema: Schema | undefined) {
  if (schema === undefined) return { body: undefined, files: [] };
  if (request.contentType.endsWith("json"))
    return { body: await checkInput(schema, "body", await request.json()), files: [] };
  const { fields, files } = await request.form();
  return { body: await checkInput(schema, "body", fields.toObject()), files };
}

export interface RouteMatch<Context> {
  readonly route: Route<Context>;
  readonly path: Record<string, string>;
}

/** Finds routes by path and method. */
export class Router<Context> {
  private readonly patterns: { readonly route: Route<Context>; readonly segments: readonly string[] }[];

  constructor(readonly routes: readonly Route<Context>[]) {
    this.patterns = routes.map((route) => ({ route, segments: route.path.split("/") }));
  }

  /**
   * The first route that fits; null when no path fits. Throws `HttpError` 405 with `Allow` when paths fit, but not the
   * method.
   */
  find(method: string, path: string): RouteMatch<Context> | null {
    const given = path.split("/");
    const allowed = new Set<string>();
    for (const { route, segments } of this.patterns) {
      const names = matchPath(segments, given);
      if (names === null) continue;
      if (route.method === method || (route.method === "GET" && method === "HEAD")) return { route, path: names };
      allowed.add(route.method);
      if (route.method === "GET") allowed.add("HEAD");
    }
    if (allowed.size === 0) return null;
    throw new HttpError(405, `${method} is not allowed here`, { Allow: [...allowed].join(", ") });
  }
}

/** The rules of a request as its route changes them. */
export function routeRules({ bodyLimit, timeout, uploads }: RouteOptions): Partial<RequestRules> {
  const given = { bodyLimit, timeout, uploads };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function matchPath(pattern: readonly string[], given: readonly string[]): Record<string, string> | null {
  const names: Record<string, string> = Object.create(null);
  for (const [index, segment] of pattern.entries()) {
    if (segment.startsWith("*")) {
      if (index >= given.length) return null;
      names[segment.slice(1)] = given.slice(index).map(decodeSegment).join("/");
      return names;
    }
    const value = given[index];
    if (value === undefined) return null;
    if (!segment.startsWith(":")) {
      if (segment !== value) return null;
    } else if (value === "") {
      return null;
    } else {
      names[segment.slice(1)] = decodeSegment(value);
    }
  }
  return pattern.length === given.length ? names : null;
}

function decodeSegment(segment: string): string {
  return decodeText(decodePercent(segment));
}
