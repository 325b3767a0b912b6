/**
 * The API that service authors program against: `pub-runtime/service`.
 */
export { type Backend, type BackendDefinition, BackendUnavailable, backend } from "./backends.js";
export type { BodyStream } from "./body-stream.js";
export { Cache, type CacheOptions } from "./cache.js";
export {
  AVAILABLE_CODINGS,
  type Coding,
  type CompressionRules,
  chooseCoding,
  compressBody,
} from "./compression.js";
export { isNotModified, isPreconditionFailed, requestedRange, type Validators } from "./conditions.js";
export { contentType, isCompressible } from "./content-types.js";
export type { RequestContext, ServiceContext } from "./context.js";
export type { Cookie, CookieExpiry } from "./cookies.js";
export { defineService, type Service, type ServiceDefinition, type ServiceOptions } from "./define-service.js";
export { ClientGone, HttpError } from "./errors.js";
export type { EventStream, ServerEvent } from "./event-stream.js";
export type { FileOptions } from "./file-response.js";
export type * from "./host.js";
export { defineJsonRpcService, type JsonRpcDefinition, JsonRpcError } from "./json-rpc.js";
export { defineLibrary, type LibraryFunction, type ServiceLibrary } from "./library.js";
export { createLocaliser, type Localiser, type LocaliserOptions, preferredLanguages } from "./localiser.js";
export type { IncomingFile, UploadedFile, UploadOptions } from "./multipart.js";
export { createRequestListener } from "./node-http.js";
export type { PagePath, PageVariables, Variables } from "./page-types.js";
export { Parameters } from "./parameters.js";
export { TrustedProxies } from "./proxies.js";
export type { ConfigurationResult, PageOptions, PageResult } from "./publisher.js";
export type { Form, ServiceRequest } from "./request.js";
export type { ServiceResponse, StreamOptions } from "./response.js";
export type { Route, RouteDefinition, RouteInput } from "./routes.js";
export type { RunningService } from "./running-service.js";
export { InputError, type InputIssue, type StandardSchema } from "./schema.js";
export { serviceSettings } from "./settings.js";
export * from "./site-pages.js";
export { errorPage, PHRASES, serverLine } from "./status.js";
export { createTestService, type TestService, type TestServiceOptions } from "./test-service.js";
export { escapeHtml } from "./text.js";
export * from "./xml-rpc/index.js";
