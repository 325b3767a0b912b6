/**
 * Options of a run as the command line and the batch protocol give them.
 */
import type { ErrorDisplay, RunOptions } from "pub-runtime";
import { choice, integer, type OptionTable, type OptionValues } from "./arguments.js";

/** How errors show in the page. */
export const ERROR_MODES = ["log", "in-place", "placeholders", "comments"] as const;
export type ErrorMode = (typeof ERROR_MODES)[number];

export const DICT_ORDERS = ["insertion", "reference"] as const;

const DISPLAYS: Record<ErrorMode, ErrorDisplay | undefined> = {
  log: undefined,
  "in-place": { inPlace: true },
  placeholders: { placeholders: true },
  comments: { comments: true },
};

/** The run options as a batch request holds them. */
export interface RequestedOptions {
  readonly wss?: boolean;
  readonly strictIncludeScoping?: boolean;
  readonly utf8Json?: boolean;
  readonly dictOrder?: (typeof DICT_ORDERS)[number];
  readonly filterCgi?: 0 | 1 | 2;
  readonly errors?: ErrorMode;
  readonly seed?: number;
  readonly now?: number;
}

export function runOptions(requested: RequestedOptions): RunOptions {
  const { errors, ...rest } = requested;
  return { ...rest, errors: DISPLAYS[errors ?? "log"] };
}

export const RUN_OPTION_TABLE: OptionTable = {
  wss: { type: "boolean" },
  "strict-include-scoping": { type: "boolean" },
  "utf8-json": { type: "boolean" },
  "dict-order": { type: "string" },
  "filter-cgi": { type: "string" },
  errors: { type: "string" },
  seed: { type: "string" },
  now: { type: "string" },
};

export const RUN_OPTION_HELP = `  --wss                     strip white space of literal text from the start
  --strict-include-scoping  files included with a dictionary do not see the includer's locals
  --utf8-json               print non-ASCII text in JSON as it is
  --dict-order ORDER        order of dictionary entries: insertion (default) or reference
  --filter-cgi LEVEL        escaping of decoded CGI data: 0, 1 or 2 (default)
  --errors MODE             log (default), in-place, placeholders or comments
  --seed N                  reproducible random numbers
  --now SECONDS             fixed current time, seconds since the epoch`;

export function requestedOptions(values: OptionValues): RequestedOptions {
  const filterCgi = choice(values, "filter-cgi", ["0", "1", "2"]);
  return {
    wss: values.wss === true,
    strictIncludeScoping: values["strict-include-scoping"] === true,
    utf8Json: values["utf8-json"] === true,
    dictOrder: choice(values, "dict-order", DICT_ORDERS),
    filterCgi: filterCgi === undefined ? undefined : (Number(filterCgi) as 0 | 1 | 2),
    errors: choice(values, "errors", ERROR_MODES),
    seed: integer(values, "seed"),
    now: integer(values, "now"),
  };
}
