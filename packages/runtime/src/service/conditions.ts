/**
 * Conditional requests and byte ranges (RFC 9110 §13, §14).
 */

/** What a representation can be recognised by. */
export interface Validators {
  /** With its quotes, and `W/` if it is weak. */
  readonly etag?: string;
  /** Epoch milliseconds. */
  readonly modified?: number;
}

type Header = (name: string) => string | undefined;

/** Bytes `start` to `end`, both included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** Whether the client has the representation already. */
export function isNotModified(header: Header, { etag, modified }: Validators): boolean {
  const tags = header("if-none-match");
  if (tags !== undefined) return etag !== undefined && hasTag(tags, etag, true);
  const since = Date.parse(header("if-modified-since") ?? "");
  return modified !== undefined && !Number.isNaN(since) && wholeSeconds(modified) <= since;
}

/** Whether the representation is not the one that the client wants to change or to go on with. */
export function isPreconditionFailed(header: Header, { etag, modified }: Validators): boolean {
  const tags = header("if-match");
  if (tags !== undefined) return etag === undefined || !hasTag(tags, etag, false);
  const since = Date.parse(header("if-unmodified-since") ?? "");
  return modified !== undefined && !Number.isNaN(since) && wholeSeconds(modified) > since;
}

/**
 * The range that a request asks for of `size` bytes; null for all of it, which is also the answer to several ranges and
 * to a range of another version.
 */
export function requestedRange(
  header: Header,
  size: number,
  { etag, modified }: Validators,
): ByteRange | "unsatisfiable" | null {
  const condition = header("if-range");
  if (condition !== undefined) {
    const isSameTag = etag !== undefined && !etag.startsWith("W/") && condition === etag;
    const isSameTime = modified !== undefined && Date.parse(condition) === wholeSeconds(modified);
    if (!isSameTag && !isSameTime) return null;
  }
  const match = /^bytes=(\d*)-(\d*)$/.exec(header("range") ?? "");
  if (match === null || (match[1] === "" && match[2] === "")) return null;
  const [, from, to] = match;
  const start = from === "" ? Math.max(0, size - Number(to)) : Number(from);
  const end = from === "" || to === "" ? size - 1 : Math.min(Number(to), size - 1);
  if (from !== "" && to !== "" && Number(to) < Number(from)) return null;
  return start >= size || start > end ? "unsatisfiable" : { start, end };
}

function hasTag(list: string, etag: string, weakly: boolean): boolean {
  const plain = (tag: string) => (weakly ? tag.replace(/^W\//, "").replace(/-(?:gzip|br|zstd)"$/, '"') : tag);
  if (!weakly && etag.startsWith("W/")) return list.trim() === "*";
  return (list.match(/(?:W\/)?"[^"]*"|\*/g) ?? []).some((tag) => tag === "*" || plain(tag) === plain(etag));
}

function wholeSeconds(time: number): number {
  return Math.floor(time / 1000) * 1000;
}
