/**
 * Values in markup: whether they come from outside, and whether the escaping fits the place.
 */
import { builtinNames } from "../../1-analyze/library.js";
import type { FileFacts, PrintContext, PrintFact } from "../facts.js";
import { HANDS_ON } from "../prints.js";
import type { RuleName } from "../rules.js";
import type { IncludeGraph } from "./graph.js";
import type { Setters } from "./names.js";
import type { SiteReport } from "./site-report.js";

type Escape = "html_escape" | "hidden_escape" | "tag_escape" | "json_escape" | "js_escape" | "url_escape";
const ESCAPES: ReadonlySet<string> = new Set<Escape>([
  "html_escape",
  "hidden_escape",
  "tag_escape",
  "json_escape",
  "js_escape",
  "url_escape",
]);
const isHtmlEscape = (filter: Escape | null): boolean =>
  filter === "html_escape" || filter === "hidden_escape" || filter === "tag_escape";
const isScriptEscape = (filter: Escape | null): boolean => filter === "json_escape" || filter === "js_escape";

const RULE_OF: Readonly<Record<PrintContext, RuleName>> = {
  text: "xss-html",
  attribute: "xss-attribute",
  unquoted: "xss-attribute",
  tag: "xss-attribute",
  url: "xss-url",
  query: "xss-url",
  handler: "xss-script",
  script: "xss-script",
  style: "xss-script",
};

/** Names and members that hold numbers by their very meaning. */
const NUMBERS =
  /^(id|no|n|num|number|count|total|sum|size|len|length|page|pages|index|i|width|height|year|month|day|hour|qty|price|port)$|(Id|Count|No|_id|_count|_no)$/;

export function checkMarkup(graph: IncludeGraph, setters: Setters, report: SiteReport): void {
  const { files } = graph.site;
  const aliases = escapeNames(files);
  const outside = new Outside(files, setters);
  for (const [path, facts] of files) {
    const escaped = escapedKeys(facts, aliases);
    for (const print of facts.prints) checkPrint(path, print, { aliases, outside, escaped }, report);
  }
}

interface Knowledge {
  readonly aliases: ReadonlyMap<string, Escape>;
  readonly outside: Outside;
  /** Values that the file escapes for HTML somewhere. */
  readonly escaped: ReadonlySet<string>;
}

function checkPrint(path: string, print: PrintFact, known: Knowledge, report: SiteReport): void {
  const { aliases, outside } = known;
  const names = [...print.filters];
  const escapes: Escape[] = [];
  for (const name of names) {
    const filter = aliases.get(name);
    if (filter !== undefined) escapes.push(filter);
    else if (!HANDS_ON.has(name)) {
      // What an unknown function makes of the value is its own affair; what is around it counts.
      if (escapes.length === 0) return;
      break;
    }
  }
  const [outer = null, inner = null] = escapes;
  const isOutside = print.sources.some((source) => outside.comesFromOutside(source, path));
  const complain = (message: string, hint: string, rule = RULE_OF[print.context]): void => {
    for (let at = 0; at < print.places.length; at += 2) {
      report.report(path, rule, { start: print.places[at], end: print.places[at + 1] }, message, { hint });
    }
  };

  if (isHtmlEscape(outer) && isHtmlEscape(inner) && names.length >= 2) {
    complain("This value is escaped for HTML twice", "leave one of the filters out", "double-escape");
    return;
  }
  switch (print.context) {
    case "text":
      if (isScriptEscape(outer)) complain(`\`${outer}\` does not escape \`<\` for HTML`, "use `html_escape`");
      else if (outer === null && (isOutside || isEscapedElsewhere(print, known))) {
        complain("This value is not escaped for HTML", "use `html_escape`");
      }
      break;
    case "attribute":
      if (isScriptEscape(outer)) complain(`\`${outer}\` brings quotes that end the attribute`, "use `html_escape`");
      else if (outer === null && (isOutside || isEscapedElsewhere(print, known))) {
        complain("This value can end the attribute", "use `html_escape`");
      }
      break;
    case "unquoted":
      if (outer === null ? isOutside : outer !== "url_escape") {
        complain("A space in this value ends the attribute", "put quotes around it, and use `html_escape`");
      }
      break;
    case "tag":
      if (outer === null && isOutside) complain("This value can become any attribute", "write the attribute out");
      break;
    case "url":
      if (isScriptEscape(outer)) complain(`\`${outer}\` brings quotes that end the attribute`, "use `html_escape`");
      else if (isOutside && outer !== "url_escape") {
        complain(
          "This address may begin with `javascript:`",
          "begin it with a constant part, or compare it with what is allowed",
        );
      }
      break;
    case "query":
      if (isHtmlEscape(outer) || isScriptEscape(outer) || (outer === null && isOutside)) {
        complain("This value can change the rest of the address", "use `url_escape`");
      }
      break;
    case "handler":
      if (isScriptEscape(outer))
        complain(`The quotes of \`${outer}\` end the attribute`, `use \`${outer} | html_escape\``);
      else if (isHtmlEscape(outer) ? !isScriptEscape(inner) : outer === null && isOutside) {
        complain("This value can become code", "use `js_escape | html_escape`");
      }
      break;
    case "script":
      if (isScriptEscape(outer)) {
        if (print.inQuotes) complain(`\`${outer}\` brings quotes of its own`, "leave out the quotes around it");
        else if (outer === "json_escape" && isOutside)
          complain("`json_escape` lets `</script>` through", "use `js_escape`");
      } else if (isHtmlEscape(outer) || (outer === null && isOutside)) {
        complain(
          "This value can become code",
          print.inQuotes ? "use `js_escape`, without the quotes" : "use `js_escape`",
        );
      }
      break;
    case "style":
      if (isOutside && outer !== "url_escape") {
        complain("This value can become any style", "compare it with what is allowed");
      }
  }
}

function isEscapedElsewhere(print: PrintFact, known: Knowledge): boolean {
  return print.filters.length === 0 && print.key !== null && known.escaped.has(print.key);
}

/** The escaping functions under all their names: those of the library, and functions of the site that only call them. */
function escapeNames(files: ReadonlyMap<string, FileFacts>): Map<string, Escape> {
  const found = new Map<string, Escape>([...ESCAPES].map((name) => [name, name as Escape]));
  const functions = [...files.values()].flatMap((facts) => facts.functions);
  const defined = new Set(functions.map(({ name }) => name));
  for (const name of defined) if (builtinNames.has(name)) found.delete(name);
  for (let changed = true; changed; ) {
    changed = false;
    for (const { name, alias } of functions) {
      const filter = alias === null ? undefined : found.get(alias);
      if (
        filter === undefined ||
        found.has(name) ||
        functions.some((each) => each.name === name && each.alias !== alias)
      )
        continue;
      found.set(name, filter);
      changed = true;
    }
  }
  return found;
}

function escapedKeys(facts: FileFacts, aliases: ReadonlyMap<string, Escape>): Set<string> {
  const found = new Set<string>();
  for (const { key, filters, context } of facts.prints) {
    if (key === null || filters.length !== 1 || (context !== "text" && context !== "attribute")) continue;
    if (isHtmlEscape(aliases.get(filters[0]) ?? null)) found.add(key);
  }
  return found;
}

/** Tells the variables whose text comes from requests or services. */
class Outside {
  private readonly numeric = new Set<string>();
  /** Names that a file of the site sets to something from outside. */
  private readonly handedOn = new Set<string>();

  constructor(
    files: ReadonlyMap<string, FileFacts>,
    private readonly setters: Setters,
  ) {
    for (const facts of files.values()) for (const name of facts.numeric) this.numeric.add(name);
    for (let changed = true; changed; ) {
      changed = false;
      for (const [path, { flows }] of files) {
        for (const { name, sources } of flows) {
          if (this.handedOn.has(name) || !sources.some((source) => this.comesFromOutside(source, path))) continue;
          this.handedOn.add(name);
          changed = true;
        }
      }
    }
  }

  comesFromOutside(source: string, path: string): boolean {
    const [name, member] = source.split(".");
    const last = member === undefined || member === "" ? name : member;
    if (this.numeric.has(last) || NUMBERS.test(last)) return false;
    return name === "AUXSTR" || this.handedOn.has(name) || !this.setters.mayBeSet(name, path);
  }
}
