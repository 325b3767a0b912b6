/**
 * Exceptions that pass through compiled templates: where in the templates they happened, as text for the log.
 */

/** A place in a template. */
export interface TemplatePlace {
  /** Name of the template; Unicode. */
  readonly file: string;
  /** Line and column from 1. */
  readonly line: number;
  readonly column: number;
}

/** The place in a template that a place in other code (line and column from 1) comes from; null when there is none. */
export type LocateInTemplate = (file: string, line: number, column: number) => TemplatePlace | null;

/** A line of a stack: `at NAME (FILE:LINE:COLUMN)`, or without the name and the parentheses. */
const STACK_LINE = /^\s*at (?:.*?\()?(?:file:\/\/)?(.+?):(\d+):(\d+)\)?$/;

/** At most this many places are listed: of a deep recursion the innermost say enough. */
const MAXIMUM_PLACES = 8;

/** The places in code that the stack of an exception goes through, innermost first. */
export function stackPlaces(error: unknown): TemplatePlace[] {
  if (!(error instanceof Error) || typeof error.stack !== "string") return [];
  return error.stack.split("\n").flatMap((text) => {
    const match = STACK_LINE.exec(text);
    return match === null ? [] : [{ file: match[1], line: Number(match[2]), column: Number(match[3]) }];
  });
}

/** The places in templates that the stack of an exception goes through, innermost first. */
export function templatePlaces(error: unknown, locate: LocateInTemplate): TemplatePlace[] {
  const places: TemplatePlace[] = [];
  for (const { file, line, column } of stackPlaces(error)) {
    const place = locate(file, line, column);
    const previous = places.at(-1);
    const isSame =
      place?.file === previous?.file && place?.line === previous?.line && place?.column === previous?.column;
    if (place !== null && !isSame) places.push(place);
    if (places.length === MAXIMUM_PLACES) break;
  }
  return places;
}

/** What happened and where: `MESSAGE (at FILE:LINE:COLUMN, from FILE:LINE:COLUMN)`; a byte string. */
export function faultText(error: unknown, places: readonly TemplatePlace[]): string {
  const message = error instanceof Error ? error.message : String(error);
  const list = places.map(({ file, line, column }) => `${file}:${line}:${column}`).join(", from ");
  return Buffer.from(list === "" ? message : `${message} (at ${list})`).toString("latin1");
}
