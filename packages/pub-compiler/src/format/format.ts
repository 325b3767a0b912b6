/**
 * Formatting a template: the same program in a uniform layout. What the page puts out does not change, since the text
 * between zones is not touched.
 */
import { type Diagnostic, makeDiagnostic, parseTemplate, type Template } from "pub-parser";
import { layOutExpression } from "./expressions.js";
import type { Formatter } from "./formatter.js";
import { printDoc } from "./print-doc.js";
import { isSameProgram } from "./same-program.js";
import { Source } from "./source.js";
import { layOutStatement } from "./statements.js";
import { layOutBlock, layOutZones } from "./zones.js";

/** Columns that a line of code should not exceed. */
const WIDTH = 100;

export interface FormatResult {
  /** The formatted template, a byte string; the source as it was when it has syntax errors. */
  readonly text: string;
  readonly changed: boolean;
  /** Syntax errors, or nesting that is too deep to be laid out; a template with errors is left alone. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Formats the byte string of a template. Formatting twice gives the same as formatting once.
 * Throws only when the result would be another program, which is a defect of the formatter.
 */
export function formatTemplate(source: string): FormatResult {
  const { template, diagnostics } = parseTemplate(source);
  if (diagnostics.some(({ severity }) => severity === "error")) return { text: source, changed: false, diagnostics };
  const text = withinStack(() => layOut(source, template));
  if (text === null) {
    const { start, end } = template;
    return {
      text: source,
      changed: false,
      diagnostics: [makeDiagnostic("format-too-deep", { start, end: Math.min(start + 1, end) })],
    };
  }
  const changed = text !== source;
  if (changed && !isSameProgram({ source, template }, { source: text, ...parseTemplate(text) })) {
    throw new Error("formatting would change the meaning of the template; please report this template");
  }
  return { text, changed, diagnostics };
}

/** The result, or null when it needs more of the engine's stack than there is. */
function withinStack<Result>(compute: () => Result): Result | null {
  try {
    return compute();
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function layOut(text: string, template: Template): string {
  const source = new Source(text, template);
  const formatter: Formatter = {
    source,
    expression: (node, continued = true) => layOutExpression(formatter, node, continued),
    block: (node) => layOutBlock(formatter, node),
    statement: (node) => layOutStatement(formatter, node),
    zones: (body, from, to) => layOutZones(formatter, body, from, to, false),
  };
  const doc = layOutZones(formatter, template.body, 0, text.length, isOneZone(template));
  return printDoc(doc, { width: WIDTH, step: indentationStep(text, template), newline: source.newline });
}

/** Whether the file is one code zone with nothing but white space around it. */
function isOneZone({ body }: Template): boolean {
  const zones = body.filter((zone) => zone.type !== "Text" || zone.value.trim() !== "");
  return zones.length === 1 && zones[0].type === "CodeZone";
}

/** A tab where the text of the page is indented with tabs, else two spaces. */
function indentationStep(text: string, { body }: Template): string {
  let tabs = 0;
  let spaces = 0;
  for (const zone of body) {
    if (zone.type !== "Text") continue;
    const lines = text.slice(zone.start, zone.end);
    tabs += lines.match(/\n\t/g)?.length ?? 0;
    spaces += lines.match(/\n {2}/g)?.length ?? 0;
  }
  return tabs > spaces ? "\t" : "  ";
}
