/**
 * What a file means for the other files of its program: what it calls, includes, defines and stores. Plain data, so that it
 * can be kept between runs and sent between threads; the program is analysed from it without the syntax trees.
 */
import type { CallExpression, Expression, IncludeStatement, Node, Template } from "pub-parser";
import { literalText, simplify } from "./constants.js";
import { type Features, features } from "./features.js";
import { builtinNames } from "./library.js";
import { readsOnlyIf } from "./read-only.js";
import { walkChildren } from "./walk.js";

/** The body of a file or function and what it reaches directly. */
export interface BodyFacts {
  /** Name of a `def`; null for the file itself and for lambdas. */
  readonly name: string | null;
  readonly isLambda: boolean;
  /** Names of the functions that are called. */
  readonly calls: readonly string[];
  /** Something other than a plain name is called. */
  readonly callsUnknown: boolean;
  /** Constant file names of includes and loads. */
  readonly includes: readonly string[];
  /** A file name that is not constant. */
  readonly includesUnknown: boolean;
  /** It prints text into the page itself, or includes files that may. */
  readonly prints: boolean;
  /** Names of the functions that are called where what they print goes into the page, not into a heredoc. */
  readonly printingCalls: readonly string[];
  /** Something other than a plain name is called there. */
  readonly printsUnknown: boolean;
  /** A `def` that only reads its arguments if the functions of these names do; null when it does more. */
  readonly readsIf: readonly string[] | null;
}

export interface FileFacts {
  /** The file itself, then its `def`s and `lambda`s in the order of `bodiesOf`. */
  readonly bodies: readonly BodyFacts[];
  /** Names that are bound to something else than by `def`: variables, parameters. */
  readonly bound: readonly string[];
  /** Names read as values, not called. */
  readonly values: readonly string[];
  /** Names called in the star form. */
  readonly starred: readonly string[];
  /** A blocking built-in may be reached without its name: `rfn3[x]`, `lookup(x)`. */
  readonly reachesLibraryByName: boolean;
  /** Names that cannot be seen here may be bound: by an include whose dictionary is no literal. */
  readonly bindsUnknownNames: boolean;
  /** Regular expressions that the file names fit which are computed. */
  readonly includePatterns: readonly string[];
  readonly features: Features;
}

interface Collected {
  readonly facts: FileFacts;
  /** The nodes of `facts.bodies`: the tree itself, `def` and `lambda` nodes. */
  readonly nodes: readonly Node[];
}

const collectedOf = new WeakMap<Template, Collected>();

/** The facts of a file. */
export function fileFacts(template: Template): FileFacts {
  return collected(template).facts;
}

/** The nodes of the bodies of `fileFacts`. */
export function bodiesOf(template: Template): readonly Node[] {
  return collected(template).nodes;
}

/** The names of files that are included or loaded by constant names. */
export function includedNames(facts: FileFacts): ReadonlySet<string> {
  return new Set(facts.bodies.flatMap((body) => body.includes));
}

function collected(template: Template): Collected {
  let result = collectedOf.get(template);
  if (result === undefined) {
    result = new Collector().collect(template);
    collectedOf.set(template, result);
  }
  return result;
}

/** Facts of a body while they are collected. */
interface OpenBody {
  readonly name: string | null;
  readonly isLambda: boolean;
  readonly calls: Set<string>;
  callsUnknown: boolean;
  readonly includes: Set<string>;
  includesUnknown: boolean;
  prints: boolean;
  readonly printingCalls: Set<string>;
  printsUnknown: boolean;
  readonly readsIf: readonly string[] | null;
}

class Collector {
  private readonly nodes: Node[] = [];
  private readonly bodies: OpenBody[] = [];
  private readonly bound = new Set<string>();
  private readonly values = new Set<string>();
  private readonly starred = new Set<string>();
  private readonly patterns = new Set<string>();
  private reachesLibraryByName = false;
  private bindsUnknownNames = false;
  /** How many heredocs of the body being walked are around the node. */
  private heredocs = 0;

  collect(template: Template): Collected {
    this.enter(template, template, null);
    const bodies = this.bodies.map((body) => ({
      ...body,
      calls: [...body.calls],
      includes: [...body.includes],
      printingCalls: [...body.printingCalls],
    }));
    return {
      nodes: this.nodes,
      facts: {
        bodies,
        bound: [...this.bound],
        values: [...this.values],
        starred: [...this.starred],
        reachesLibraryByName: this.reachesLibraryByName,
        bindsUnknownNames: this.bindsUnknownNames,
        includePatterns: [...this.patterns],
        features: features(template),
      },
    };
  }

  /** Collects the body of a file or function, which is `inside` of `node`. */
  private enter(node: Node, inside: Node, name: string | null): void {
    const body: OpenBody = {
      name,
      isLambda: node.type === "LambdaExpression",
      calls: new Set(),
      callsUnknown: false,
      includes: new Set(),
      includesUnknown: false,
      prints: false,
      printingCalls: new Set(),
      printsUnknown: false,
      readsIf: node.type === "DefStatement" ? readsOnlyIf(node) : null,
    };
    this.nodes.push(node);
    this.bodies.push(body);
    const { heredocs } = this;
    this.heredocs = 0;
    walkChildren(inside, (child) => this.visit(child, body));
    this.heredocs = heredocs;
  }

  private walkInto(node: Node, body: OpenBody): void {
    if (this.visit(node, body)) walkChildren(node, (child) => this.visit(child, body));
  }

  /** Looks at a node; false when what is inside was looked at, too. */
  private visit(node: Node, body: OpenBody): boolean {
    switch (node.type) {
      case "DefStatement":
      case "LambdaExpression":
        for (const parameter of node.parameters.required) this.bound.add(parameter.name);
        for (const parameter of node.parameters.optional) this.bound.add(parameter.name);
        this.enter(node, node.body, node.type === "DefStatement" ? node.name.name : null);
        return false;
      case "CallExpression":
        this.call(node, body);
        return false;
      case "PipeExpression": {
        this.walkInto(node.value, body);
        const filter = simplify(node.filter);
        if (filter.type === "CallExpression") this.call(filter, body);
        else this.called(node.filter, body);
        return false;
      }
      case "AssignmentExpression":
        if (node.target.type === "Identifier") this.bound.add(node.target.name);
        return true;
      case "DeclarationStatement":
        for (const binding of node.bindings) this.bound.add(binding.name);
        return true;
      case "DictLiteral":
        for (const entry of node.entries) this.bound.add(entry.name);
        return true;
      case "ForStatement":
        this.bound.add(node.variable.name);
        return true;
      case "IncludeStatement":
        this.include(node, body);
        return true;
      case "Text":
      case "BoundaryTag":
      case "Interpolation":
      case "PrintStatement":
        if (this.heredocs === 0) body.prints = true;
        return true;
      case "Heredoc":
        this.heredocs++;
        walkChildren(node, (child) => this.visit(child, body));
        this.heredocs--;
        return false;
      case "Identifier":
        this.values.add(node.name);
        if (node.name === "rfn3") this.reachesLibraryByName = true;
        return true;
      default:
        if (!isLibraryMember(node)) return true;
        this.values.add(node.property.name);
        return false;
    }
  }

  private include(node: IncludeStatement, body: OpenBody): void {
    if (this.heredocs === 0) body.prints = true;
    if (node.bindings !== null && simplify(node.bindings).type !== "DictLiteral") this.bindsUnknownNames = true;
    const name = literalText(simplify(node.file));
    if (name !== null) {
      body.includes.add(name);
      return;
    }
    body.includesUnknown = true;
    this.patterns.add(namePattern(node.file));
  }

  private called(callee: Expression, body: OpenBody): void {
    const target = simplify(callee);
    if (target.type === "Identifier") this.calledName(target.name, body);
    else if (isLibraryMember(target)) this.calledName(target.property.name, body);
    else {
      body.callsUnknown = true;
      if (this.heredocs === 0) body.printsUnknown = true;
      this.walkInto(target, body);
    }
  }

  private calledName(name: string, body: OpenBody): void {
    body.calls.add(name);
    if (this.heredocs === 0) body.printingCalls.add(name);
  }

  private call(node: CallExpression, body: OpenBody): void {
    this.called(node.callee, body);
    const callee = simplify(node.callee);
    const name = callee.type === "Identifier" ? callee.name : null;
    if (name !== null && node.blocking) this.starred.add(name);
    if (name === "dump_env") this.reachesLibraryByName = true;
    if (name === "lookup") {
      const key = node.arguments.length > 0 ? literalText(simplify(node.arguments[0])) : null;
      if (key === null || builtinNames.has(key) || key === "rfn3") this.reachesLibraryByName = true;
    }
    for (const argument of node.arguments) this.walkInto(argument, body);
  }
}

/** `rfn3.f`: a built-in by its name in the library. */
export function isLibraryMember(node: Node): node is Node & { property: { name: string } } {
  return node.type === "MemberExpression" && node.object.type === "Identifier" && node.object.name === "rfn3";
}

/** What a computed file name is known to look like: an interpolated string has constant parts. */
function namePattern(expression: Expression): string {
  const node = simplify(expression);
  if (node.type !== "StringLiteral") return "^";
  const parts = node.pieces.map((piece) =>
    piece.type === "StringText" ? piece.value.replace(/[.*+?^${}()|[\]\\]/g, "\\$&") : "[^]*",
  );
  return `^${parts.join("")}$`;
}
