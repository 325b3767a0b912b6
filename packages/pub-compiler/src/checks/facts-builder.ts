/**
 * Gathers the facts of a file while its tree is walked.
 */
import type { Expression, IncludeStatement, Span, Template } from "pub-parser";
import { literalText, simplify } from "../1-analyze/constants.js";
import type { FileFacts, FlowFact, FunctionFact, IncludeFact, LibraryFinding, ReadFact, UnreadLocal } from "./facts.js";
import { type FileCall, type FilePrint, groupCalls, groupPrints } from "./facts-groups.js";
import { type Finding, spanOf } from "./finding.js";
import { readIgnoreComments } from "./ignore.js";
import { takesNumber } from "./local/library-calls.js";
import type { Details, Reporter } from "./local/report.js";
import { describeValue, HANDS_ON } from "./prints.js";
import type { RuleName } from "./rules.js";
import type { Scope } from "./scopes.js";
import { otherName } from "./slips.js";

export class FactsBuilder implements Reporter {
  readonly includes: IncludeFact[] = [];
  readonly functions: FunctionFact[] = [];
  bindsAny = false;
  private readsAny = false;
  private readonly findings: Finding[] = [];
  private readonly libraryFindings: LibraryFinding[] = [];
  private readonly calls: FileCall[] = [];
  private readonly reads = new Map<string, ReadFact>();
  private readonly prints: FilePrint[] = [];
  private readonly flows: FlowFact[] = [];
  private readonly unread: UnreadLocal[] = [];
  private readonly binds = new Set<string>();
  private readonly hands = new Set<string>();
  private readonly exports = new Set<string>();
  private readonly universals = new Set<string>();
  private readonly free = new Set<string>();
  private readonly guarded = new Set<string>();
  private readonly numeric = new Set<string>();

  constructor(
    private readonly source: string,
    private readonly template: Template,
  ) {}

  /** The facts of the file when all of it was walked. */
  build(isMarkup: boolean): FileFacts {
    return {
      findings: this.findings,
      libraryFindings: this.libraryFindings,
      ignores: readIgnoreComments(this.source, this.template),
      includes: this.includes,
      functions: this.functions,
      calls: groupCalls(this.calls),
      reads: [...this.reads.values()],
      prints: isMarkup ? groupPrints(this.prints) : [],
      unread: this.readsAny ? [] : this.unread,
      binds: [...this.binds],
      hands: [...this.hands],
      exports: [...this.exports],
      flows: this.flows,
      universals: [...this.universals],
      free: [...this.free],
      guarded: [...this.guarded],
      numeric: [...this.numeric],
      bindsAny: this.bindsAny,
      readsAny: this.readsAny,
    };
  }

  textOf(span: Span): string {
    return this.source.slice(span.start, span.end);
  }

  report(rule: RuleName, span: Span, message: string, details: Details = {}): void {
    this.findings.push({ rule, span: spanOf(span), message, ...details });
  }

  reportLibrary(name: string, rule: RuleName, span: Span, message: string, details: Details = {}): void {
    this.libraryFindings.push({ name, finding: { rule, span: spanOf(span), message, ...details } });
  }

  bind(name: string): void {
    this.binds.add(name);
  }

  hand(name: string): void {
    this.hands.add(name);
  }

  export(name: string): void {
    this.binds.add(name);
    this.exports.add(name);
  }

  universal(name: string): void {
    this.universals.add(name);
  }

  /** A name without variable in this file is used. */
  useFree(name: string): void {
    this.free.add(name);
  }

  guard(name: string): void {
    this.guarded.add(name);
  }

  read(name: string, span: Span, demanding: boolean, scope: Scope): void {
    const known = this.reads.get(name);
    if (known === undefined || (demanding && !known.demanding)) {
      const near = otherName(name, scope.names());
      this.reads.set(name, { name, span: spanOf(span), demanding, near });
    }
  }

  /** A name that other files can see gets a value. */
  flow(name: string, value: Expression, scope: Scope): void {
    const { sources, filters } = describeValue(value, scope);
    if (sources.length > 0 && filters.every((filter) => HANDS_ON.has(filter))) this.flows.push({ name, sources });
  }

  call(call: FileCall): void {
    this.calls.push(call);
  }

  print(print: FilePrint): void {
    this.prints.push(print);
  }

  include(node: IncludeStatement, certain: boolean): void {
    this.includes.push({
      mode: node.mode,
      parts: constantParts(simplify(node.file)),
      span: spanOf(node.file),
      certain,
    });
  }

  /** What a call of a library function says about names. */
  libraryEffects(name: string, given: readonly Expression[]): void {
    if (name === "dump_env") this.readsAny = true;
    if (given.length === 0) return;
    const first = simplify(given[0]);
    if (name === "import") {
      if (first.type === "DictLiteral") for (const entry of first.entries) this.bind(entry.name);
      else this.bindsAny = true;
    } else if (name === "bind" || name === "lookup") {
      const key = literalText(first);
      if (key !== null) {
        this.export(key);
        this.useFree(key);
      } else {
        this.bindsAny = true;
        this.readsAny ||= name === "lookup";
      }
    }
  }

  /** Notes what the numeric parameters of a library function are given. */
  numericArguments(name: string, given: readonly Expression[]): void {
    for (const [index, argument] of given.entries()) if (takesNumber(name, index)) this.number(argument);
  }

  /** Notes that a variable or member is calculated with. */
  number(expression: Expression): void {
    const simple = simplify(expression);
    if (simple.type === "Identifier") this.numeric.add(simple.name);
    else if (simple.type === "MemberExpression") this.numeric.add(simple.property.name);
  }

  /** Notes the locals of a scope that nothing reads. Includes from `firstInclude` on stand inside of the scope. */
  closeScope(scope: Scope, firstInclude: number): void {
    const isSeen = scope.kind === "file" || this.includes.length > firstInclude;
    if (isSeen) for (const name of scope.variables.keys()) this.binds.add(name);
    for (const { name, span } of scope.unread()) {
      this.unread.push({ name, span, includes: [firstInclude, this.includes.length] });
    }
  }
}

/** The constant parts of a file name around what is computed. */
function constantParts(name: Expression): string[] {
  if (name.type !== "StringLiteral") return ["", ""];
  const parts = [""];
  for (const piece of name.pieces) {
    if (piece.type === "StringText") parts[parts.length - 1] += piece.value;
    else parts.push("");
  }
  return parts;
}
