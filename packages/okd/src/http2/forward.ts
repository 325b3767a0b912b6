// One HTTP/2 stream as an HTTP/1.1 request (RFC 9113 §8, RFC 9110 §7.6): translates heads, pipes bodies both ways.

import http from "node:http";
import http2 from "node:http2";

/** Fields that speak of one connection, which must not cross from one version of HTTP to the other. */
const CONNECTION_FIELDS = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
  "http2-settings",
  "te",
  "trailer",
  "host",
]);

const { constants } = http2;

export function forwardStream(
  stream: http2.ServerHttp2Stream,
  headers: http2.IncomingHttpHeaders,
  flags: number,
  agent: http.Agent,
): void {
  stream.on("error", () => {});
  const method = headers[":method"] ?? "";
  const host = headers[":authority"] ?? headers.host;
  if (method === "CONNECT") {
    refuse(stream, 501);
    return;
  }
  if (
    host === undefined ||
    (headers[":authority"] !== undefined && headers.host !== undefined && headers.host !== host)
  ) {
    refuse(stream, 400);
    return;
  }
  const hasBody = (flags & constants.NGHTTP2_FLAG_END_STREAM) === 0;
  if (/^100-continue$/i.test(headers.expect ?? "")) {
    stream.additionalHeaders({ ":status": 100 });
  }
  let request: http.ClientRequest;
  try {
    request = http.request({ agent, method, path: headers[":path"], headers: requestFields(headers, host, hasBody) });
  } catch {
    // Characters that HTTP/1.1 does not allow.
    refuse(stream, 400);
    return;
  }
  request.on("response", (response) => answer(stream, response, method));
  request.on("information", ({ statusCode, headers: fields }) => {
    if (statusCode !== 100 && !stream.headersSent && !stream.destroyed) {
      stream.additionalHeaders({ ":status": statusCode, ...responseFields(fields as Fields) });
    }
  });
  request.on("error", () => {
    if (stream.destroyed) return;
    if (stream.headersSent) stream.close(constants.NGHTTP2_INTERNAL_ERROR);
    else refuse(stream, 502);
  });
  stream.once("close", () => request.destroy());
  if (hasBody) stream.pipe(request);
  else request.end();
}

type Fields = Record<string, string | string[] | undefined>;

function requestFields(headers: http2.IncomingHttpHeaders, host: string, hasBody: boolean): Fields {
  const fields: Fields = { host };
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith(":") && !CONNECTION_FIELDS.has(name) && name !== "expect") fields[name] = value;
  }
  // Without a length the body is told by its end.
  if (hasBody && fields["content-length"] === undefined) fields["transfer-encoding"] = "chunked";
  return fields;
}

function answer(stream: http2.ServerHttp2Stream, response: http.IncomingMessage, method: string): void {
  if (stream.destroyed) {
    response.destroy();
    return;
  }
  const status = response.statusCode!;
  const isEmpty = method === "HEAD" || status === 204 || status === 304;
  stream.respond({ ":status": status, ...responseFields(response.headersDistinct) }, { endStream: isEmpty });
  if (isEmpty) {
    response.resume();
    return;
  }
  response.on("error", () => stream.close(constants.NGHTTP2_INTERNAL_ERROR));
  response.pipe(stream);
}

function responseFields(fields: Fields): http2.OutgoingHttpHeaders {
  const allowed: http2.OutgoingHttpHeaders = {};
  for (const [name, value] of Object.entries(fields)) {
    if (CONNECTION_FIELDS.has(name) || value === undefined) continue;
    allowed[name] = Array.isArray(value) && value.length === 1 ? value[0] : value;
  }
  return allowed;
}

function refuse(stream: http2.ServerHttp2Stream, status: number): void {
  stream.respond({ ":status": status, "content-type": "text/plain" });
  stream.end(`${status} ${http.STATUS_CODES[status]}\n`);
}
