/**
 * Compression of whole bodies: which coding the client prefers, and doing it (server specification §3.9, §4.5 P9).
 */
import { promisify } from "node:util";
import * as zlib from "node:zlib";

export type Coding = "zstd" | "br" | "gzip";

export interface CompressionRules {
  /** Codings to choose from, the most wanted first. */
  readonly codings: readonly Coding[];
  /** 0 to 9. */
  readonly gzipLevel: number;
  /** 0 to 11. */
  readonly brotliQuality: number;
  /** Bodies shorter than this are sent as they are, in bytes. */
  readonly minimumLength: number;
}

type Compress = (body: Uint8Array, rules: CompressionRules) => Promise<Uint8Array>;

const gzip = promisify<zlib.InputType, zlib.ZlibOptions, Buffer>(zlib.gzip);
const brotli = promisify<zlib.InputType, zlib.BrotliOptions, Buffer>(zlib.brotliCompress);
/** Since Node 22.15. */
const zstd = (zlib as unknown as { zstdCompress?: ZstdCompress }).zstdCompress;
type ZstdCompress = (body: Uint8Array, done: (error: Error | null, result: Buffer) => void) => void;

const COMPRESSORS: Readonly<Partial<Record<Coding, Compress>>> = {
  ...(zstd === undefined ? {} : { zstd: (body: Uint8Array) => promisify(zstd)(body) }),
  br: (body, { brotliQuality }) =>
    brotli(body, {
      params: {
        [zlib.constants.BROTLI_PARAM_QUALITY]: brotliQuality,
        [zlib.constants.BROTLI_PARAM_SIZE_HINT]: body.length,
      },
    }),
  gzip: (body, { gzipLevel }) => gzip(body, { level: gzipLevel }),
};

/** The codings that this Node can do. */
export const AVAILABLE_CODINGS = Object.keys(COMPRESSORS) as readonly Coding[];

/** Browsers that say that they take gzip but show garbage. */
const BROKEN_CLIENT = /^Mozilla\/4\.0[678]\b(?!.*compatible)/;

/**
 * The coding for a response, or null for none: of those that `Accept-Encoding` admits the one with the highest weight,
 * among equals the first of `offered`.
 */
export function chooseCoding(
  acceptEncoding: string | undefined,
  offered: readonly Coding[],
  userAgent = "",
): Coding | null {
  if (acceptEncoding === undefined || BROKEN_CLIENT.test(userAgent)) return null;
  const weights = new Map<string, number>();
  for (const part of acceptEncoding.toLowerCase().split(",")) {
    const [name, ...parameters] = part.split(";").map((word) => word.trim());
    const weight = parameters.find((parameter) => parameter.startsWith("q="));
    weights.set(name === "x-gzip" ? "gzip" : name, weight === undefined ? 1 : Number(weight.slice(2)) || 0);
  }
  let best: Coding | null = null;
  let bestWeight = 0;
  for (const coding of offered) {
    const weight = weights.get(coding) ?? weights.get("*") ?? 0;
    if (weight > bestWeight && COMPRESSORS[coding] !== undefined) {
      best = coding;
      bestWeight = weight;
    }
  }
  return best;
}

/** The body in a coding that `chooseCoding` returned. */
export function compressBody(body: Uint8Array, coding: Coding, rules: CompressionRules): Promise<Uint8Array> {
  const compress = COMPRESSORS[coding];
  return compress === undefined ? Promise.resolve(body) : compress(body, rules);
}
