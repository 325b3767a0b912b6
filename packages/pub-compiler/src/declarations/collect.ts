/**
 * Collects what a template needs from outside, in one walk over its syntax tree.
 */
import type { Block, DictLiteral, Expression, IncludeStatement, Statement, Template, Zone } from "pub-parser";
import { literalText, simplify } from "../1-analyze/constants.js";
import { builtinNames } from "../1-analyze/library.js";
import { readDocumentation } from "./documentation.js";
import type { PageEvent, PageFacts, Passed, PassedEntries } from "./page-facts.js";

/** The facts of a file; `source` is a byte string. */
export function collectPageFacts(source: string, template: Template): PageFacts {
  const collector = new Collector();
  collector.zones(template.body);
  return {
    events: collector.events,
    universals: [...collector.universals],
    documentation: readDocumentation(source, template),
  };
}

/** What is done with a value: one that is only asked for, or put into a list or dictionary, may be missing. */
type Use = "needed" | "asked";

class Collector {
  events: PageEvent[] = [];
  readonly universals = new Set<string>();
  /** Names with a variable of the file, by layer: the innermost one last. */
  private layers: Set<string>[] = [new Set()];
  /** Names that the condition at hand asks for. */
  private tested: Set<string> | null = null;

  // ---------------------------------------------------------------- zones and statements

  zones(zones: readonly Zone[]): void {
    for (const zone of zones) {
      if (zone.type === "Interpolation") this.expression(zone.expression, "needed");
      else if (zone.type === "CodeZone") this.statements(zone.statements);
    }
  }

  private statements(statements: readonly Statement[]): void {
    for (const statement of statements) this.statement(statement);
  }

  private block(block: Block): void {
    if (block.type === "HtmlBlock") this.zones(block.body);
    else this.statements(block.statements);
  }

  private statement(node: Statement): void {
    switch (node.type) {
      case "ExpressionStatement":
        this.expression(node.expression, "needed");
        break;
      case "HtmlBlock":
        this.zones(node.body);
        break;
      case "PrintStatement":
        for (const argument of node.arguments) this.expression(argument, "needed");
        break;
      case "IfStatement": {
        const tested = new Set<string>();
        this.test(node.branches[0].test, tested);
        const alternatives = node.branches.map(({ test, body }, index) => () => {
          if (index > 0) this.test(test, tested);
          this.block(body);
        });
        const { alternate } = node;
        this.branch(alternate === null ? alternatives : [...alternatives, () => this.block(alternate)], tested, {
          complete: alternate !== null,
        });
        break;
      }
      case "WhileStatement":
        this.test(node.test, new Set());
        this.branch([() => this.loop(null, node.body)], new Set(), { complete: false });
        break;
      case "ForStatement": {
        this.expression(node.list, node.empty === null ? "needed" : "asked");
        this.loop(node.variable.name, node.body);
        const { empty } = node;
        if (empty !== null) this.branch([() => this.block(empty)], new Set(), { complete: false });
        break;
      }
      case "SwitchStatement":
        this.expression(node.discriminant, "needed");
        this.branch(
          node.cases.map(
            ({ body }) =>
              () =>
                this.block(body),
          ),
          new Set(),
          { complete: node.cases.some(({ label }) => label === null) },
        );
        break;
      case "DefStatement":
        this.set(node.name.name);
        this.routine([...node.parameters.required, ...node.parameters.optional], node.body);
        break;
      case "DeclarationStatement":
        for (const { name, value } of node.bindings) {
          if (value !== null) this.expression(value, "needed");
          if (node.kind === "locals") this.declare(name);
          else this.set(name);
          if (node.kind === "universals") this.universals.add(name);
        }
        break;
      case "IncludeStatement":
        this.include(node);
        break;
      case "ReturnStatement":
        if (node.value !== null) this.expression(node.value, "needed");
        break;
      default:
    }
  }

  private test(test: Expression, tested: Set<string>): void {
    const outer = this.tested;
    this.tested = tested;
    this.expression(test, "asked");
    this.tested = outer;
  }

  private branch(
    alternatives: readonly (() => void)[],
    tested: Set<string>,
    { complete }: { complete: boolean },
  ): void {
    const collected = alternatives.map((run) => this.collect(run));
    if (collected.every((events) => events.length === 0)) return;
    this.events.push({ kind: "branch", alternatives: collected, complete, tested: [...tested] });
  }

  private loop(variable: string | null, body: Block): void {
    const events = this.collect(() => {
      this.layers.push(new Set(variable === null ? [] : [variable]));
      this.block(body);
      this.layers.pop();
    });
    if (events.length > 0) this.events.push({ kind: "loop", events });
  }

  private routine(parameters: readonly { readonly name: string }[], body: Block): void {
    const events = this.collect(() => {
      this.layers.push(new Set(parameters.map(({ name }) => name)));
      this.block(body);
      this.layers.pop();
    });
    if (events.length > 0) this.events.push({ kind: "later", events });
  }

  private collect(run: () => void): PageEvent[] {
    const outer = this.events;
    const events: PageEvent[] = [];
    this.events = events;
    run();
    this.events = outer;
    return events;
  }

  private include(node: IncludeStatement): void {
    const file = simplify(node.file);
    const bindings = node.bindings === null ? null : simplify(node.bindings);
    const nameIn = this.freeName(file);
    const passedIn = bindings === null ? null : this.freeName(bindings);
    if (nameIn === null) this.expression(file, "needed");
    let passed: PassedEntries = {};
    if (bindings?.type === "DictLiteral") passed = this.passed(bindings);
    else if (bindings !== null && passedIn === null) this.expression(bindings, "asked");
    this.events.push({
      kind: "include",
      parts: constantParts(file),
      nameIn,
      visible: [...new Set(this.layers.flatMap((layer) => [...layer]))],
      passed,
      setsAny: bindings !== null && bindings.type !== "DictLiteral",
      passedIn,
    });
  }

  /** What the entries of a dictionary are; reads of free variables are left to who gets it. */
  private passed(node: DictLiteral): PassedEntries {
    const entries: Record<string, Passed> = Object.create(null);
    for (const { name, value } of node.entries) {
      const simple = value === null ? null : simplify(value);
      const free = simple === null ? null : this.freeName(simple);
      const text = simple === null ? null : literalText(simple);
      if (free !== null) entries[name] = { name: free };
      else if (text !== null) entries[name] = { text };
      else if (simple?.type === "DictLiteral") entries[name] = { entries: this.passed(simple) };
      else {
        entries[name] = null;
        if (value !== null) this.expression(value, "asked");
      }
    }
    return entries;
  }

  /** The name of a variable that the file itself does not have; null for any other expression. */
  private freeName(node: Expression): string | null {
    if (node.type !== "Identifier" || builtinNames.has(node.name) || this.isDeclared(node.name)) return null;
    return node.name;
  }

  // ---------------------------------------------------------------- names

  private declare(name: string): void {
    this.layers[this.layers.length - 1].add(name);
  }

  private isDeclared(name: string): boolean {
    return this.layers.some((layer) => layer.has(name));
  }

  private set(name: string): void {
    this.events.push({ kind: "set", name });
  }

  private read(name: string, use: Use): void {
    if (builtinNames.has(name) || this.isDeclared(name)) return;
    this.tested?.add(name);
    this.events.push({ kind: "read", name, needed: use === "needed" });
  }

  // ---------------------------------------------------------------- expressions

  private expression(node: Expression, use: Use): void {
    switch (node.type) {
      case "Identifier":
        this.read(node.name, use);
        break;
      case "ScopedIdentifier":
        if (node.scope === "globals") this.read(node.name, use);
        break;
      case "StringLiteral":
        for (const piece of node.pieces) {
          if (piece.type === "StringInterpolation") this.expression(piece.expression, "needed");
        }
        break;
      case "ListLiteral":
        for (const element of node.elements) this.expression(element, "asked");
        break;
      case "DictLiteral":
        for (const { value } of node.entries) if (value !== null) this.expression(value, "asked");
        break;
      case "LambdaExpression":
        this.routine([...node.parameters.required, ...node.parameters.optional], node.body);
        break;
      case "Heredoc":
        this.block(node.body);
        break;
      case "NotExpression":
        this.expression(node.operand, "asked");
        break;
      case "LogicalExpression":
        this.expression(node.left, "asked");
        // The right side is evaluated, or not, by what the left side says.
        this.branch([() => this.expression(node.right, "asked")], new Set(), { complete: false });
        break;
      case "BinaryExpression": {
        const { operator, left, right } = node;
        // A comparison with an unset variable is how a page asks whether it has one.
        const operands = operator === "+" || "-*/%".includes(operator) ? use : "asked";
        this.expression(left, operands);
        this.expression(right, operands);
        break;
      }
      case "PipeExpression":
        this.pipe(node.value, simplify(node.filter), use);
        break;
      case "AssignmentExpression":
        this.expression(node.value, "needed");
        this.assign(simplify(node.target));
        break;
      case "MemberExpression":
        this.expression(node.object, "needed");
        break;
      case "IndexExpression":
        this.expression(node.object, "needed");
        this.expression(node.index, "needed");
        break;
      case "CallExpression":
        this.call(simplify(node.callee), node.arguments, use);
        break;
      case "ParenthesizedExpression":
        this.expression(node.expression, use);
        break;
      default:
    }
  }

  private assign(place: Expression): void {
    if (place.type === "ScopedIdentifier") {
      this.set(place.name);
      if (place.scope === "universals") this.universals.add(place.name);
    } else if (place.type === "Identifier") {
      if (!this.isDeclared(place.name)) this.set(place.name);
    } else this.expression(place, "needed");
  }

  private pipe(value: Expression, filter: Expression, use: Use): void {
    if (filter.type === "CallExpression") this.call(simplify(filter.callee), [value, ...filter.arguments], use);
    else this.call(filter, [value], use);
  }

  private call(callee: Expression, given: readonly Expression[], use: Use): void {
    // Functions come from files of the site or from libraries: nobody hands them over.
    const name = callee.type === "Identifier" ? callee.name : null;
    if (name === null) this.expression(callee, "needed");
    for (const [index, argument] of given.entries()) {
      this.expression(argument, index === 0 ? useOfFirstArgument(name, use) : "needed");
    }
    if (name !== null && !this.isDeclared(name)) this.effects(name, given);
  }

  /** What a call of a library function says about names. */
  private effects(name: string, given: readonly Expression[]): void {
    if (name === "dump_env") this.events.push({ kind: "read-any" });
    if (given.length === 0) return;
    const first = simplify(given[0]);
    if (name === "import") {
      if (first.type === "DictLiteral") for (const entry of first.entries) this.declare(entry.name);
      else this.events.push({ kind: "set-any" });
    } else if (name === "bind" || name === "lookup") {
      const key = literalText(first);
      if (key === null) this.events.push({ kind: name === "bind" ? "set-any" : "read-any" });
      else if (name === "bind") this.set(key);
      else this.read(key, "asked");
    }
  }
}

/** Functions that ask whether a value is there. */
const ASKING: ReadonlySet<string> = new Set(["isnull", "default", "type"]);

function useOfFirstArgument(name: string | null, use: Use): Use {
  if (name !== null && ASKING.has(name)) return "asked";
  // What escapes a value does not need it more than its user does.
  return name?.endsWith("escape") ? use : "needed";
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
