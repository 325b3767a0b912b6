/**
 * One walk over the syntax tree of a file: collects what the rules of the site need, and runs the checks that need no more
 * than the file itself.
 */
import type {
  Binding,
  Block,
  CallExpression,
  DefStatement,
  Expression,
  IncludeStatement,
  LambdaExpression,
  Parameters,
  PipeExpression,
  Span,
  Statement,
  Template,
  Zone,
} from "pub-parser";
import { literalText, simplify } from "../1-analyze/constants.js";
import { blockingNames, builtinNames } from "../1-analyze/library.js";
import type { FileFacts } from "./facts.js";
import { FactsBuilder } from "./facts-builder.js";
import { spanOf } from "./finding.js";
import { checkIf, checkTest, checkWhile, endsFlow } from "./local/conditions.js";
import { checkLibraryCall } from "./local/library-calls.js";
import { checkSwitch } from "./local/switches.js";
import { WaitingText } from "./local/synchronous.js";
import { checkBinary, checkDuplicates, checkInteger, checkTarget, namesOf } from "./local/values.js";
import { MarkupWalk } from "./markup-walk.js";
import { Scope } from "./scopes.js";

/** What is done with a value, which decides whether a missing one matters. */
type Use = "demanded" | "plain" | "guarded" | "ignored";

/** The function (or file) whose body is walked. */
interface Routine {
  readonly isFile: boolean;
  returns: boolean;
  prints: boolean;
  waits: boolean;
  /** What each `return` calls. */
  readonly returned: Set<string | null>;
  readonly calls: Set<string>;
  loops: number;
  /** Depth of statements that may not run. */
  conditions: number;
  /** Control may have left before the end. */
  mayHaveEnded: boolean;
}

const newRoutine = (isFile: boolean): Routine => ({
  isFile,
  returns: false,
  prints: false,
  waits: false,
  returned: new Set(),
  calls: new Set(),
  loops: 0,
  conditions: 0,
  mayHaveEnded: false,
});

/** Collects the facts of a file. `path` decides whether its text is markup. */
export function collectFacts(path: string, source: string, template: Template): FileFacts {
  const builder = new FactsBuilder(source, template);
  new Collector(path, source, builder).file(template);
  return builder.build();
}

class Collector {
  private scope = new Scope(null, "file");
  private routine = newRoutine(true);
  /** Calls of the statement at hand run synchronously (§7.7). */
  private synchronous = true;
  private readonly waiting = new WaitingText();
  private readonly markup: MarkupWalk;

  constructor(
    path: string,
    source: string,
    private readonly facts: FactsBuilder,
  ) {
    this.markup = new MarkupWalk(path, source, facts);
  }

  file(template: Template): void {
    this.zones(template.body);
    this.facts.closeScope(this.scope, 0);
  }

  // ---------------------------------------------------------------- zones and statements

  private zones(zones: readonly Zone[]): void {
    let ended = false;
    for (const zone of zones) {
      if (ended && this.reportUnreachableZone(zone)) ended = false;
      switch (zone.type) {
        case "Text":
        case "BoundaryTag":
          this.routine.prints = true;
          this.markup.text(zone.value);
          break;
        case "Interpolation":
          this.routine.prints = true;
          this.asStatement(zone, () => {
            this.markup.value(zone.expression, this.scope);
            this.printed(zone.expression);
          });
          break;
        case "CodeZone":
          this.statements(zone.statements);
          ended ||= zone.statements.some(endsFlow);
      }
    }
  }

  /** Reports the first thing behind the end of the flow; blank text does not count. */
  private reportUnreachableZone(zone: Zone): boolean {
    if (zone.type === "CodeZone") return this.reportUnreachable(zone.statements);
    const text = zone.type === "Text" || zone.type === "BoundaryTag" ? this.facts.textOf(zone) : "x";
    const blank = text.length - text.trimStart().length;
    if (blank === text.length) return false;
    const span = { start: zone.start + blank, end: zone.start + text.trimEnd().length };
    this.facts.report("unreachable-code", zone.type === "Interpolation" ? zone : span, "This is never reached");
    return true;
  }

  private reportUnreachable(statements: readonly Statement[]): boolean {
    const first = statements.find(({ type }) => type !== "EmptyStatement");
    if (first === undefined) return false;
    this.facts.report("unreachable-code", first, "This is never reached");
    return true;
  }

  private statements(statements: readonly Statement[]): void {
    const end = statements.findIndex(endsFlow);
    if (end >= 0) this.reportUnreachable(statements.slice(end + 1));
    for (const statement of statements) this.asStatement(statement, () => this.statement(statement));
  }

  private asStatement(node: Statement | Zone, run: () => void): void {
    const outer = this.synchronous;
    this.synchronous = !this.waiting.waits(node);
    run();
    this.synchronous = outer;
  }

  private block(block: Block): void {
    if (block.type === "HtmlBlock") this.zones(block.body);
    else this.statements(block.statements);
  }

  /** A block that may not run. */
  private branch(block: Block): void {
    this.routine.conditions++;
    this.block(block);
    this.routine.conditions--;
  }

  private statement(node: Statement): void {
    switch (node.type) {
      case "ExpressionStatement":
        this.expression(node.expression, "ignored");
        break;
      case "HtmlBlock":
        this.zones(node.body);
        break;
      case "PrintStatement":
        this.routine.prints = true;
        for (const argument of node.arguments) {
          this.markup.value(argument, this.scope);
          this.printed(argument);
        }
        break;
      case "IfStatement":
        checkIf(node, this.facts);
        for (const { test } of node.branches) this.test(test);
        this.markup.branches([
          ...node.branches.map(
            ({ body }) =>
              () =>
                this.branch(body),
          ),
          () => (node.alternate === null ? undefined : this.branch(node.alternate)),
        ]);
        break;
      case "WhileStatement":
        checkWhile(node, this.facts);
        this.test(node.test);
        this.markup.branches([() => this.loop(() => this.block(node.body)), () => undefined]);
        break;
      case "ForStatement":
        this.forLoop(node.variable, node.list, node.body, node.empty);
        break;
      case "SwitchStatement": {
        checkSwitch(node, this.scope, this.facts);
        this.synchronously(() => this.expression(node.discriminant, "plain"));
        const cases = node.cases.map(
          ({ body }) =>
            () =>
              this.branch(body),
        );
        const complete = node.cases.some(({ label }) => label === null);
        this.markup.branches(complete ? cases : [...cases, () => undefined]);
        break;
      }
      case "DefStatement":
        this.define(node);
        break;
      case "DeclarationStatement":
        checkDuplicates(namesOf(node.bindings), this.facts);
        for (const binding of node.bindings) this.declare(node.kind, binding);
        break;
      case "IncludeStatement":
        this.include(node);
        break;
      case "BreakStatement":
      case "ContinueStatement":
        if (this.routine.loops === 0) this.strayBreak(node);
        break;
      case "ExitStatement":
        this.routine.mayHaveEnded = true;
        if (!this.routine.isFile) {
          this.facts.report("exit-in-function", node, "`exit` leaves only this function", {
            hint: "write `return;` if that is meant",
          });
        }
        break;
      case "ReturnStatement":
        this.returnStatement(node.value);
        break;
      case "EmptyStatement":
    }
  }

  private strayBreak(node: Statement): void {
    this.routine.mayHaveEnded = true;
    const word = node.type === "BreakStatement" ? "break" : "continue";
    const what = this.routine.isFile ? "file" : "function";
    this.facts.report("stray-break", node, `\`${word}\` stands outside of a loop and ends the ${what}`, {
      hint: "write `return;` if that is meant",
    });
  }

  private returnStatement(value: Expression | null): void {
    this.routine.mayHaveEnded = true;
    if (value === null) {
      this.routine.returned.add(null);
      return;
    }
    if (this.routine.isFile) {
      this.facts.report("lost-return-value", value, "The value is lost: a file returns nothing", {
        hint: "set a global instead",
      });
    }
    this.routine.returns = true;
    this.markup.string(value, this.scope);
    const simple = simplify(value);
    const callee = simple.type === "CallExpression" ? simplify(simple.callee) : null;
    const filter = simple.type === "PipeExpression" ? simplify(simple.filter) : null;
    const named = callee ?? (filter?.type === "CallExpression" ? simplify(filter.callee) : filter);
    this.routine.returned.add(named?.type === "Identifier" ? named.name : null);
    this.expression(value, "plain");
  }

  private forLoop(variable: { name: string } & Span, list: Expression, body: Block, empty: Block | null): void {
    const type = simplify(list).type;
    if (empty === null && type.endsWith("Literal") && type !== "ListLiteral") {
      this.facts.report("for-not-list", list, "`for` needs a list", {
        hint: type === "DictLiteral" ? "iterate over `items(…)` or `keys(…)`" : undefined,
      });
    }
    this.expression(list, empty === null ? "demanded" : "guarded");
    const run = (): void =>
      this.loop(() => {
        this.scope.declare("loop", { name: variable.name, span: variable }, list);
        this.block(body);
      });
    this.markup.branches([run, () => (empty === null ? undefined : this.branch(empty))]);
  }

  private loop(run: () => void): void {
    this.routine.loops++;
    this.routine.conditions++;
    this.inScope("loop", run);
    this.routine.conditions--;
    this.routine.loops--;
  }

  private inScope(kind: "function" | "loop", run: () => void): void {
    const outer = this.scope;
    const firstInclude = this.facts.includes.length;
    this.scope = new Scope(outer, kind);
    run();
    this.facts.closeScope(this.scope, firstInclude);
    this.scope = outer;
  }

  private declare(kind: "locals" | "globals" | "universals", binding: Binding): void {
    const { name, nameSpan, value } = binding;
    if (value !== null) {
      this.markup.string(value, this.scope);
      this.expression(value, "plain");
    }
    if (kind === "locals") {
      if (value !== null && this.routine.isFile) this.facts.flow(name, value, this.scope);
      this.scope.declare("local", { name, span: nameSpan }, value);
    } else {
      if (value !== null) this.facts.flow(name, value, this.scope);
      this.facts.export(name);
      if (kind === "universals") this.facts.universal(name);
    }
  }

  private include(node: IncludeStatement): void {
    const { routine } = this;
    routine.waits = true;
    this.expression(node.file, "demanded");
    if (node.bindings !== null) this.includeBindings(node.bindings);
    const certain = routine.isFile && routine.conditions === 0 && !routine.mayHaveEnded;
    this.facts.include(node, certain);
  }

  private includeBindings(bindings: Expression): void {
    const simple = simplify(bindings);
    this.expression(bindings, "plain");
    if (simple.type === "DictLiteral") {
      for (const { name, value } of simple.entries) {
        this.facts.bind(name);
        if (value !== null) this.facts.flow(name, value, this.scope);
      }
    } else if (simple.type.endsWith("Literal")) {
      this.facts.report("include-bindings", bindings, "The second argument must be a dictionary");
    } else this.facts.bindsAny = true;
  }

  // ---------------------------------------------------------------- functions

  private define(node: DefStatement): void {
    const { name } = node.name;
    const atTop = this.routine.isFile && this.routine.conditions === 0;
    this.facts.export(name);
    const routine = this.functionBody(node, node.parameters);
    const [alias = null] = routine.returned.size === 1 ? routine.returned : [];
    this.facts.functions.push({
      name,
      span: spanOf(node.name),
      required: node.parameters.required.length,
      optional: node.parameters.optional.length,
      returns: routine.returns,
      prints: routine.prints,
      alias,
      waits: routine.waits,
      calls: [...routine.calls],
      atTop,
    });
  }

  private functionBody(node: DefStatement | LambdaExpression, parameters: Parameters): Routine {
    const outer = this.routine;
    const routine = newRoutine(false);
    const named = [...parameters.required, ...parameters.optional];
    checkDuplicates(
      named.map((parameter) => ({ name: parameter.name, span: spanOf(parameter) })),
      this.facts,
    );
    this.routine = routine;
    this.inScope("function", () => {
      for (const parameter of named) {
        const kind = parameters.required.includes(parameter) ? "parameter" : "optional";
        this.scope.declare(kind, { name: parameter.name, span: spanOf(parameter) }, null);
      }
      this.markup.separately(() => this.block(node.body));
    });
    this.routine = outer;
    return routine;
  }

  // ---------------------------------------------------------------- expressions

  private test(test: Expression): void {
    checkTest(test, this.facts);
    this.expression(test, "guarded");
  }

  private printed(expression: Expression): void {
    const simple = simplify(expression);
    if (simple.type === "CallExpression") this.call(simple, null, "demanded", true);
    else if (simple.type === "PipeExpression") this.pipe(simple, "demanded", true);
    else this.expression(expression, "demanded");
  }

  private synchronously(run: () => void): void {
    const outer = this.synchronous;
    this.synchronous = true;
    run();
    this.synchronous = outer;
  }

  /** Logical and comparison expressions run synchronously unless something in them waits by its own text (§7.7 rule 1). */
  private asCondition(node: Expression, run: () => void): void {
    if (this.waiting.waits(node)) run();
    else this.synchronously(run);
  }

  private expression(node: Expression, use: Use): void {
    switch (node.type) {
      case "Identifier":
        this.read(node.name, node, use);
        break;
      case "IntegerLiteral":
        checkInteger(node, this.facts);
        break;
      case "StringLiteral":
        for (const piece of node.pieces) {
          if (piece.type === "StringInterpolation") this.expression(piece.expression, "demanded");
        }
        break;
      case "ListLiteral":
        for (const element of node.elements) this.expression(element, "plain");
        break;
      case "DictLiteral":
        checkDuplicates(namesOf(node.entries), this.facts);
        for (const { value } of node.entries) {
          if (value === null) continue;
          this.markup.string(value, this.scope);
          this.expression(value, "plain");
        }
        break;
      case "LambdaExpression":
        this.functionBody(node, node.parameters);
        break;
      case "Heredoc":
        this.routine.waits = true;
        this.markup.separately(() => this.block(node.body));
        break;
      case "NotExpression":
        checkTest(node.operand, this.facts);
        this.asCondition(node, () => this.expression(node.operand, "guarded"));
        break;
      case "LogicalExpression":
        checkTest(node.left, this.facts);
        checkTest(node.right, this.facts);
        this.asCondition(node, () => {
          this.expression(node.left, "guarded");
          this.expression(node.right, "guarded");
        });
        break;
      case "BinaryExpression":
        this.binary(node);
        break;
      case "PipeExpression":
        this.pipe(node, use, false);
        break;
      case "AssignmentExpression":
        this.assign(node.target, node.value);
        checkTarget(node, this.facts);
        break;
      case "MemberExpression":
        this.expression(node.object, "demanded");
        break;
      case "IndexExpression":
        this.expression(node.object, "demanded");
        this.expression(node.index, "plain");
        break;
      case "CallExpression":
        this.call(node, null, use, false);
        break;
      case "ParenthesizedExpression":
        this.expression(node.expression, use);
    }
  }

  private binary(node: Expression & { type: "BinaryExpression" }): void {
    checkBinary(node, this.facts);
    const { operator, left, right } = node;
    const compares = operator === "==" || operator === "!=";
    const orders = !compares && "<>=".includes(operator[0]);
    if (!compares && operator !== "+") for (const operand of [left, right]) this.facts.number(operand);
    const run = (): void => {
      // A comparison with an unset variable is how a page asks whether it has one.
      this.expression(left, compares || orders ? "ignored" : "demanded");
      this.expression(right, compares || orders ? "ignored" : "demanded");
    };
    if (compares || orders) this.asCondition(node, run);
    else run();
  }

  private assign(target: Expression, value: Expression): void {
    this.markup.string(value, this.scope);
    this.expression(value, "plain");
    const place = simplify(target);
    if (place.type === "ScopedIdentifier") {
      this.facts.export(place.name);
      if (place.scope === "universals") this.facts.universal(place.name);
    } else if (place.type === "Identifier") {
      const variable = this.scope.find(place.name);
      if (variable === null || variable.kind === "optional") {
        this.facts.export(place.name);
        this.facts.flow(place.name, value, this.scope);
      }
      variable?.values.push({ expression: value, scope: this.scope });
    } else this.expression(target, "plain");
  }

  private read(name: string, span: Span, use: Use): void {
    this.scope.noteRead(name);
    const variable = this.scope.find(name);
    if (variable === null || variable.kind === "optional") this.facts.useFree(name);
    if (variable !== null || builtinNames.has(name)) return;
    if (use === "guarded") this.facts.guard(name);
    else if (use !== "ignored") this.facts.read(name, span, use === "demanded", this.scope);
  }

  private pipe(node: PipeExpression, use: Use, printed: boolean): void {
    const filter = simplify(node.filter);
    if (filter.type === "CallExpression") this.call(filter, node.value, use, printed);
    else this.apply(filter, node.value, [node.value], { use, printed, blocking: false });
  }

  private call(node: CallExpression, piped: Expression | null, use: Use, printed: boolean): void {
    if (node.blocking) this.routine.waits = true;
    const given = piped === null ? node.arguments : [piped, ...node.arguments];
    this.apply(node.callee, piped, given, { use, printed, blocking: node.blocking });
  }

  private apply(
    callee: Expression,
    piped: Expression | null,
    given: readonly Expression[],
    how: { use: Use; printed: boolean; blocking: boolean },
  ): void {
    const target = simplify(callee);
    const isMember = target.type === "MemberExpression" && simplify(target.object).type === "Identifier";
    const library = isMember && this.facts.textOf(target.object) === "rfn3" ? target.property : null;
    const named = target.type === "Identifier" ? target : library;
    if (named === null) this.expression(target, "plain");
    else if (library === null && this.scope.find(named.name) !== null) {
      this.read(named.name, named, "plain");
      this.arguments(null, given, how.use);
      return;
    } else this.namedCall(named, piped !== null, given, how, library !== null);
    this.arguments(named?.name ?? null, given, how.use);
  }

  private namedCall(
    named: { name: string } & Span,
    filter: boolean,
    given: readonly Expression[],
    how: { printed: boolean; blocking: boolean },
    inLibrary: boolean,
  ): void {
    const { name } = named;
    const span = spanOf(named);
    const { routine } = this;
    this.scope.noteRead(name);
    this.facts.useFree(name);
    routine.calls.add(name);
    if (blockingNames.has(name)) routine.waits = true;
    checkLibraryCall(name, span, given, this.facts);
    this.facts.libraryEffects(name, given);
    if (inLibrary) return;
    this.facts.call({
      name,
      span,
      count: given.length,
      filter,
      synchronous: this.synchronous && !how.blocking,
      printed: how.printed,
      atTop: routine.isFile && routine.conditions === 0,
    });
  }

  private arguments(name: string | null, given: readonly Expression[], use: Use): void {
    for (const [index, argument] of given.entries()) {
      this.markup.string(argument, this.scope);
      this.expression(argument, index === 0 ? useOfFirstArgument(name, use) : "plain");
    }
    if (name !== null) this.facts.numericArguments(name, given);
    const key = name === "lookup" && given.length > 0 ? literalText(simplify(given[0])) : null;
    if (key !== null) this.scope.noteRead(key);
  }
}

/** Whether the first argument of a function may be missing. */
function useOfFirstArgument(name: string | null, use: Use): Use {
  if (name === "isnull" || name === "default") return "guarded";
  if (name === "type") return "ignored";
  return name?.endsWith("escape") ? use : "plain";
}
