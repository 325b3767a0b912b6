/**
 * Source maps from generated modules to templates.
 */
import { encode, type SourceMapMappings } from "@jridgewell/sourcemap-codec";
import { lineIndex } from "pub-parser";
import type { Mapping } from "../2-generate/code.js";

/**
 * A source map as JSON text. `sourcePath` is relative to the map; the source, a byte string, is in the map too, so that
 * debuggers show it where the site itself is not.
 */
export function sourceMap(sourcePath: string, source: string, mappings: readonly Mapping[]): string {
  return joinedSourceMap([{ path: sourcePath, source, mappings }]);
}

/** A source of a module: its mappings come behind those of the sources before. */
export interface MappedSource {
  /** Relative to the map. */
  readonly path: string;
  /** Byte string. */
  readonly source: string;
  readonly mappings: readonly Mapping[];
}

/** The source map of a module that is made of several sources, as JSON text. */
export function joinedSourceMap(sources: readonly MappedSource[]): string {
  const lines: SourceMapMappings = [];
  for (const [index, { source, mappings }] of sources.entries()) {
    const positions = sourcePositions(source);
    for (const mapping of mappings) {
      while (lines.length <= mapping.line) lines.push([]);
      const [line, column] = positions(mapping.offset);
      lines[mapping.line].push([mapping.column, index, line, column]);
    }
  }
  return JSON.stringify({
    version: 3,
    sources: sources.map(({ path }) => path),
    sourcesContent: sources.map(({ source }) => Buffer.from(source, "latin1").toString("utf8")),
    names: [],
    mappings: encode(lines),
  });
}

/** From byte offsets to lines and columns as source maps count them: from 0, in UTF-16 units. */
function sourcePositions(source: string): (offset: number) => [line: number, column: number] {
  const lines = lineIndex(source);
  const isAscii = !/[\x80-\xff]/.test(source);
  return (offset) => {
    const line = lines.lineAt(offset);
    const { start } = lines.lineSpan(line);
    return [line - 1, isAscii ? offset - start : utf16Length(source, start, offset)];
  };
}

function utf16Length(source: string, start: number, end: number): number {
  let length = 0;
  for (let at = start; at < end; at++) {
    const byte = source.charCodeAt(at);
    if ((byte & 0xc0) !== 0x80) length += byte >= 0xf0 ? 2 : 1;
  }
  return length;
}
