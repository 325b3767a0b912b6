/**
 * Status phrases and the built-in error page (server specification §3.10).
 */
import type { ServiceSettings } from "./host.js";
import { escapeHtml } from "./text.js";

export const PHRASES: Readonly<Record<number, string>> = {
  100: "Continue",
  101: "Switching Protocols",
  200: "OK",
  201: "Created",
  202: "Accepted",
  203: "Non-Authoritative Information",
  204: "No Content",
  205: "Reset Content",
  206: "Partial Content",
  300: "Multiple Choices",
  301: "Moved Permanently",
  302: "Found",
  303: "See Other",
  304: "Not Modified",
  305: "Use Proxy",
  307: "Temporary Redirect",
  308: "Permanent Redirect",
  400: "Bad Request",
  401: "Unauthorized",
  402: "Payment Required",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  406: "Not Acceptable",
  407: "Proxy Authentication Required",
  408: "Request Time-out",
  409: "Conflict",
  410: "Gone",
  411: "Length Required",
  412: "Precondition Failed",
  413: "Request Entity Too Large",
  414: "Request-URI Too Large",
  415: "Unsupported Media Type",
  416: "Requested Range Not Satisfiable",
  417: "Expectation Failed",
  422: "Unprocessable Content",
  429: "Too Many Requests",
  431: "Request Header Fields Too Large",
  500: "Internal Server Error",
  501: "Not Implemented",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Time-out",
  505: "HTTP Version not supported",
};

/** What the server says about itself. */
export type ServerIdentity = Pick<ServiceSettings, "serverName" | "serverVersion" | "hostName" | "referencePort">;

/** The server line of error pages; `SERVINFO` of error documents. */
export function serverLine({ serverName, serverVersion, hostName, referencePort }: ServerIdentity): string {
  return `${serverName}/${serverVersion} Server at ${hostName || "-"} Port ${referencePort}`;
}

/** The built-in page. `missing`: for 404 the path that was asked for, a byte string like the page. */
export function errorPage(status: number, identity: ServerIdentity, missing = ""): string {
  const title = `${status} ${PHRASES[status] ?? ""}`.trim();
  const sentence =
    status === 404 && missing !== ""
      ? `<p>The file <tt>${escapeHtml(missing)}</tt> was not found on this server.</p>\n`
      : "";
  return (
    `<!DOCTYPE html>\n<html>\n<head><title>${title}</title></head>\n<body>\n<h1>Error ${title}</h1>\n${sentence}` +
    `<hr>\n<i>${escapeHtml(serverLine(identity))}</i>\n</body>\n</html>\n`
  );
}
