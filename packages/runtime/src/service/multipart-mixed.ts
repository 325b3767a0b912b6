/**
 * Several files in one field of a form: a part of type `multipart/mixed`, as old browsers send it (RFC 2388 §4.2, server
 * specification §3.7).
 */
import { HttpError } from "./errors.js";

export interface MixedPart {
  /** As the client calls the file; may be empty. */
  readonly name: string;
  readonly type: string;
  readonly content: Buffer;
}

const LINE = "\r\n";

/**
 * Takes the content of such a part apart. Its first line is the boundary: the type that names it as well is not at hand.
 * Throws `HttpError` 400 for what is malformed and 417 for what has no end.
 */
export function readMixedParts(content: Buffer): MixedPart[] {
  const start = content.indexOf("--");
  const lineEnd = content.indexOf(LINE, start);
  if (start === -1 || lineEnd === -1) throw new HttpError(400, "a multipart/mixed part has no boundary");
  const delimiter = Buffer.from(LINE + content.toString("latin1", start, lineEnd).trimEnd(), "latin1");
  const parts: MixedPart[] = [];
  let position = lineEnd + LINE.length;
  for (;;) {
    // A part without headers begins with the line end of its empty head, which may also begin the delimiter.
    const end = content.indexOf(delimiter, position - LINE.length);
    if (end === -1) throw new HttpError(417, "a multipart/mixed part has no end");
    parts.push(readPart(content.subarray(position, Math.max(position, end))));
    const after = end + delimiter.length;
    if (content[after] === 0x2d && content[after + 1] === 0x2d) return parts;
    const next = content.indexOf(LINE, after);
    if (next === -1) throw new HttpError(417, "a multipart/mixed part has no end");
    position = next + LINE.length;
  }
}

function readPart(part: Buffer): MixedPart {
  // The empty line follows at once when there are no headers.
  const headEnd = part.indexOf(LINE) === 0 ? -LINE.length : part.indexOf(LINE + LINE);
  if (headEnd === -1) throw new HttpError(400, "a part of a multipart/mixed part has no empty line behind its head");
  const head = part.toString("utf8", 0, Math.max(0, headEnd));
  const field = (name: string) => new RegExp(`^${name}:[ \\t]*(.*)$`, "im").exec(head)?.[1].trim();
  const name = /;\s*filename="((?:[^"\\]|\\.)*)"/i.exec(field("content-disposition") ?? "")?.[1] ?? "";
  return {
    name: name.replace(/\\(.)/g, "$1").replace(/^.*[/\\]/, ""),
    type: (field("content-type") ?? "text/plain").split(";")[0].trim().toLowerCase(),
    content: part.subarray(headEnd + 2 * LINE.length),
  };
}
