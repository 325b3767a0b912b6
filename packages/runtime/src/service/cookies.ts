/**
 * Outgoing cookies (server specification §4.7), with the attributes of today.
 */
import { encodeText, encodeUrl } from "./text.js";

/** A span of time, or the time when a cookie ends. */
export type CookieExpiry =
  | Date
  | string
  | { readonly days?: number; readonly hours?: number; readonly minutes?: number; readonly seconds?: number };

/** One `Set-Cookie` header. */
export interface Cookie {
  /** Names and values; usually one. Several share the attributes. */
  readonly values: Readonly<Record<string, string | number | bigint>>;
  /** Absolute, or from now. A session cookie when left out. */
  readonly expires?: CookieExpiry;
  /** Seconds; 0 deletes the cookie. */
  readonly maxAge?: number;
  /** Default `/`. */
  readonly path?: string;
  readonly domain?: string;
  readonly secure?: boolean;
  readonly httpOnly?: boolean;
  readonly sameSite?: "Strict" | "Lax" | "None";
  /** A cookie per top-level site; demands `secure`. */
  readonly partitioned?: boolean;
}

/**
 * The value of the `Set-Cookie` header, a byte string. Throws a `TypeError` for what browsers would drop: `__Host-` and
 * `__Secure-` names without the attributes that they promise, `SameSite=None` or `Partitioned` without `Secure`.
 */
export function formatCookie(cookie: Cookie, now: number = Date.now()): string {
  checkPromises(cookie);
  const pairs = Object.entries(cookie.values).map(([name, value]) => `${encodeUrl(name)}=${encodeUrl(String(value))}`);
  if (pairs.length === 0) throw new TypeError("a cookie needs a name and a value");
  const { expires, maxAge, path = "/", domain, sameSite } = cookie;
  const parts = [...pairs];
  if (expires !== undefined) parts.push(`Expires=${attributeValue(expiryText(expires, now))}`);
  parts.push(`Path=${attributeValue(path)}`);
  if (domain !== undefined) parts.push(`Domain=${attributeValue(domain)}`);
  if (cookie.secure) parts.push("Secure");
  if (cookie.httpOnly) parts.push("HttpOnly");
  if (maxAge !== undefined) parts.push(`Max-Age=${Math.trunc(maxAge)}`);
  if (sameSite !== undefined) parts.push(`SameSite=${sameSite}`);
  if (cookie.partitioned) parts.push("Partitioned");
  return parts.join("; ");
}

function checkPromises(cookie: Cookie): void {
  const { secure, domain, path = "/", sameSite, partitioned } = cookie;
  for (const name of Object.keys(cookie.values)) {
    if (/^__(?:Host|Secure)-/i.test(name) && !secure) throw new TypeError(`cookie ${name} must be secure`);
    if (/^__Host-/i.test(name) && (domain !== undefined || path !== "/")) {
      throw new TypeError(`cookie ${name} must have the path / and no domain`);
    }
  }
  if (sameSite === "None" && !secure) throw new TypeError("a cookie with SameSite=None must be secure");
  if (partitioned && !secure) throw new TypeError("a partitioned cookie must be secure");
}

function expiryText(expires: CookieExpiry, now: number): string {
  if (typeof expires === "string") return expires;
  if (expires instanceof Date) return expires.toUTCString();
  const { days = 0, hours = 0, minutes = 0, seconds = 0 } = expires;
  return new Date(now + (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000).toUTCString();
}

/** Only `;` could end the attribute; control characters would end the header. */
function attributeValue(value: string): string {
  return encodeText(value).replace(/[;\x00-\x1f\x7f]/g, (c) => `%${c.charCodeAt(0).toString(16).padStart(2, "0")}`);
}
