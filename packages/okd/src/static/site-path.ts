// From the path of a request to the name of a file of the site. What could lead out of the site or to its private
// parts names nothing.

import { decodePercent } from "./parameters.js";

/**
 * The file that a request path (byte string as sent, without query) names, as an absolute path inside the site (Unicode),
 * or null if it can name none: `..`, NUL bytes, back-slashes, names that begin with a dot, configuration files. A path that ends in `/`
 * names the index file of the directory, which is called `index`.
 */
export function siteFile(requestPath: string, index: string): string | null {
  if (requestPath[0] !== "/") return null;
  const path = Buffer.from(decodePercent(requestPath), "latin1").toString("utf8");
  if (/[\0\\]/.test(path) || /\.conf$/i.test(path)) return null;
  const segments = path.split("/").filter((segment) => segment !== "");
  if (segments.some((segment) => segment[0] === ".")) return null;
  const isDirectory = path.endsWith("/");
  return `/${(isDirectory ? [...segments, index] : segments).join("/")}`;
}
