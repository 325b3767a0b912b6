// Status codes: the phrases that pages show (server specification §3.10) and the built-in error page.

import type { ServerIdentity } from "../process/messages.js";

export const PHRASES: Record<number, string> = {
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

/** The server line of error pages, `SERVINFO` in error documents. */
export function serverLine(identity: ServerIdentity): string {
  return `${identity.serverName}/${identity.serverVersion} Server at ${identity.hostName || "-"} Port ${identity.referencePort}`;
}

/** The built-in error page. `missing`: for 404 the path that was asked for; everything is a byte string. */
export function errorPage(status: number, identity: ServerIdentity, missing?: string): string {
  const title = escapeHtml(`${status} ${PHRASES[status] ?? ""}`.trim());
  const sentence =
    status === 404 && missing !== undefined
      ? `<p>The file <tt>${escapeHtml(missing)}</tt> was not found on this server.</p>\n`
      : "";
  return (
    `<!DOCTYPE html>\n<html>\n<head><title>${title}</title></head>\n<body>\n<h1>Error ${title}</h1>\n${sentence}` +
    `<hr>\n<i>${escapeHtml(serverLine(identity))}</i>\n</body>\n</html>\n`
  );
}

const ENTITIES: Record<string, string> = { "<": "&lt;", ">": "&gt;", "&": "&#38;", '"': "&quot;", "'": "&#39;" };

/** Escapes the five characters of server specification §4.4. */
export function escapeHtml(text: string): string {
  return /[<>&"']/.test(text) ? text.replace(/[<>&"']/g, (c) => ENTITIES[c]) : text;
}
