/**
 * Which files and functions may wait (pub-language.md §7.7, ruling L8). What cannot reach a function that waits stays
 * synchronous. The analysis is of names: a call of `f` may reach any `def f` of the program.
 */
import type { CallExpression, Expression, Node, Template } from "pub-parser";
import { literalText, simplify } from "./constants.js";
import { blockingNames, builtinNames } from "./library.js";
import { walkChildren } from "./walk.js";

/** The body of a file or function and what it reaches directly. */
interface Body {
  /** The file's tree, or the `def` or `lambda` node. */
  readonly node: Node;
  /** Name of a `def`. */
  readonly name: string | null;
  readonly calls: Set<string>;
  /** Something other than a plain name is called. */
  callsUnknown: boolean;
  readonly includes: Set<string>;
  /** A file name that is not constant. */
  includesUnknown: boolean;
}

interface FileFacts {
  readonly bodies: Body[];
  /** Names that are bound to something else than by `def`: variables, parameters. */
  readonly bound: Set<string>;
  /** Names read as values, not called. */
  readonly values: Set<string>;
  /** Names called in the star form. */
  readonly starred: Set<string>;
  /** A blocking built-in may be reached without its name: `rfn3[x]`, `lookup(x)`. */
  readonly reachesLibraryByName: boolean;
}

/** Built-ins that call functions handed to them. */
const CALLERS = new Set(["sort", "replace", "shotgun", "fork"]);

export interface WaitAnalysis {
  /** All that the answers below depend on besides the files asked about, as a key. */
  readonly key: string;
  /** Names of functions that are used as values somewhere in the program. */
  readonly storedNames: ReadonlySet<string>;
  /** True when the body of the file, `def` or `lambda` may wait. */
  waits(node: Node): boolean;
  /** True when the call may wait. */
  callWaits(callee: Expression): boolean;
  /** True when including the file of that name may wait; null for a name that is not constant. */
  includeWaits(name: string | null): boolean;
}

const factsOf = new WeakMap<Template, FileFacts>();

function facts(template: Template): FileFacts {
  let result = factsOf.get(template);
  if (result === undefined) {
    result = collect(template);
    factsOf.set(template, result);
  }
  return result;
}

function collect(template: Template): FileFacts {
  const bodies: Body[] = [];
  const bound = new Set<string>();
  const values = new Set<string>();
  const starred = new Set<string>();
  let reachesLibraryByName = false;

  const enter = (node: Node, inside: Node, name: string | null): void => {
    const body: Body = {
      node,
      name,
      calls: new Set(),
      callsUnknown: false,
      includes: new Set(),
      includesUnknown: false,
    };
    bodies.push(body);
    walkChildren(inside, (child) => visit(child, body));
  };
  const called = (callee: Expression, body: Body): void => {
    const target = simplify(callee);
    if (target.type === "Identifier") body.calls.add(target.name);
    else if (isLibraryMember(target)) body.calls.add(target.property.name);
    else {
      body.callsUnknown = true;
      walkInto(target, body);
    }
  };
  const walkInto = (node: Node, body: Body): void => {
    if (visit(node, body) !== false) walkChildren(node, (child) => visit(child, body));
  };
  const visit = (node: Node, body: Body): boolean => {
    switch (node.type) {
      case "DefStatement":
      case "LambdaExpression":
        for (const parameter of [...node.parameters.required, ...node.parameters.optional]) bound.add(parameter.name);
        enter(node, node.body, node.type === "DefStatement" ? node.name.name : null);
        return false;
      case "CallExpression":
        call(node, body);
        return false;
      case "PipeExpression":
        walkInto(node.value, body);
        if (simplify(node.filter).type === "CallExpression") call(simplify(node.filter) as CallExpression, body);
        else called(node.filter, body);
        return false;
      case "AssignmentExpression":
        if (node.target.type === "Identifier") bound.add(node.target.name);
        return true;
      case "DeclarationStatement":
      case "DictLiteral":
        for (const binding of node.type === "DictLiteral" ? node.entries : node.bindings) bound.add(binding.name);
        return true;
      case "ForStatement":
        bound.add(node.variable.name);
        return true;
      case "IncludeStatement": {
        const name = literalText(simplify(node.file));
        if (name === null) body.includesUnknown = true;
        else body.includes.add(name);
        return true;
      }
      case "Identifier":
        values.add(node.name);
        if (node.name === "rfn3") reachesLibraryByName = true;
        return true;
      default:
        if (isLibraryMember(node)) {
          values.add(node.property.name);
          return false;
        }
        return true;
    }
  };
  const call = (node: CallExpression, body: Body): void => {
    called(node.callee, body);
    const callee = simplify(node.callee);
    const name = callee.type === "Identifier" ? callee.name : null;
    if (name !== null && node.blocking) starred.add(name);
    if (name === "dump_env") reachesLibraryByName = true;
    if (name === "lookup") {
      const key = node.arguments.length > 0 ? literalText(simplify(node.arguments[0])) : null;
      if (key === null || builtinNames.has(key) || key === "rfn3") reachesLibraryByName = true;
    }
    for (const argument of node.arguments) walkInto(argument, body);
  };
  enter(template, template, null);
  return { bodies, bound, values, starred, reachesLibraryByName };
}

function isLibraryMember(node: Node): node is Node & { property: { name: string } } {
  return node.type === "MemberExpression" && node.object.type === "Identifier" && node.object.name === "rfn3";
}

/** A file of the program: its name, as includes find it, and its tree. */
export interface ProgramFile {
  readonly name: string;
  readonly template: Template;
}

/**
 * Analyses a program. `isComplete` says that `files` are all files that can run; otherwise unknown names and computed
 * includes may wait. `resolve` gives the files that an include of a constant name may find.
 */
export function analyzeWaiting(
  files: readonly ProgramFile[],
  isComplete: boolean,
  resolve: (name: string) => readonly Template[],
): WaitAnalysis {
  const all = files.map((file) => facts(file.template));
  const defined = new Set(
    all.flatMap((file) => file.bodies.flatMap((body) => (body.name === null ? [] : [body.name]))),
  );
  const bound = new Set(all.flatMap((file) => [...file.bound]));
  const values = new Set(all.flatMap((file) => [...file.values]));
  const waitingNames = new Set(blockingNames);
  // What neither the program nor the library has may be a function of a service's own library; the stars say that it waits.
  for (const name of all.flatMap((file) => [...file.starred])) {
    if (!defined.has(name) && !bound.has(name) && !builtinNames.has(name)) waitingNames.add(name);
  }
  const waitingNodes = new Set<Node>();
  // A function that waits is used as a value: any call of a variable may reach it.
  let escaped =
    all.some((file) => file.reachesLibraryByName) ||
    [...blockingNames].some((name) => values.has(name)) ||
    (!isComplete && all.some((file) => file.bodies.some((body) => body.includesUnknown)));

  const nameWaits = (name: string): boolean => {
    if (waitingNames.has(name)) return true;
    if (!escaped) return false;
    if (bound.has(name) || CALLERS.has(name)) return true;
    return !defined.has(name) && !builtinNames.has(name);
  };
  const includeWaits = (name: string | null): boolean => {
    if (name === null) return !isComplete || files.some((file) => waitingNodes.has(file.template));
    return resolve(name).some((template) => waitingNodes.has(template));
  };
  const bodyWaits = (body: Body): boolean =>
    (body.callsUnknown && escaped) ||
    (body.includesUnknown && includeWaits(null)) ||
    [...body.calls].some(nameWaits) ||
    [...body.includes].some(includeWaits);

  for (let changed = true; changed; ) {
    changed = false;
    for (const file of all) {
      for (const body of file.bodies) {
        if (waitingNodes.has(body.node) || !bodyWaits(body)) continue;
        changed = true;
        waitingNodes.add(body.node);
        if (body.name !== null) waitingNames.add(body.name);
        const isLambda = body.node.type === "LambdaExpression";
        if (isLambda || (body.name !== null && values.has(body.name))) escaped = true;
      }
    }
  }
  return {
    key: JSON.stringify([
      [...waitingNames].sort(),
      files.filter((file) => waitingNodes.has(file.template)).map((file) => file.name),
      // What a name may mean counts only where any function can be called by it.
      escaped ? [defined, bound].map((names) => [...names].sort()) : null,
    ]),
    storedNames: new Set([...defined].filter((name) => values.has(name))),
    waits: (node) => waitingNodes.has(node),
    callWaits: (callee) => {
      const target = simplify(callee);
      if (target.type === "Identifier") return nameWaits(target.name);
      return isLibraryMember(target) ? waitingNames.has(target.property.name) : escaped;
    },
    includeWaits,
  };
}
