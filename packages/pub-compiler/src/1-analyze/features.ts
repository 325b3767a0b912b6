/**
 * Features of a template that decide how its names are resolved: what can see or change variables by name.
 */
import type { Node, RegexLiteral, Template } from "pub-parser";
import { literalText, simplify } from "./constants.js";
import { builtinNames } from "./library.js";
import { walk, walkChildren } from "./walk.js";

export interface Features {
  /**
   * The file works on its own variables by name, or declares them in ways that the static analysis does not follow: its
   * names are looked up while it runs.
   */
  readonly dynamicNames: boolean;
  /**
   * The file can see or remove variables of its callers and includers by name, or hand functions that can to other
   * files: nothing in the same run may be resolved while compiling.
   */
  readonly reflective: boolean;
  /** The file makes names refer to universals (§7.3). */
  readonly declaresUniversals: boolean;
  /** A regex literal may get into a variable; used as a container it is lost (§5.4). */
  readonly storesRegex: boolean;
  /** A lambda gets into a variable or container, where a loop may meet it (§6.5). */
  readonly storesLambda: boolean;
}

/** Functions that work on variables by name. */
const SCOPE_FUNCTIONS = new Set(["lookup", "bind", "unbind", "import", "dump_env"]);
/** Built-ins that call a function without keeping it. */
const CALLBACK_FUNCTIONS = new Set(["sort", "replace", "fork"]);

interface Collected {
  readonly features: Features;
  readonly regexes: readonly RegexLiteral[];
}

const collectedOf = new WeakMap<Template, Collected>();

export function features(template: Template): Features {
  return collected(template).features;
}

/** The regex literals of a template. */
export function regexLiterals(template: Template): readonly RegexLiteral[] {
  return collected(template).regexes;
}

function collected(template: Template): Collected {
  let result = collectedOf.get(template);
  if (result === undefined) {
    result = collect(template);
    collectedOf.set(template, result);
  }
  return result;
}

function collect(template: Template): Collected {
  const regexes: RegexLiteral[] = [];
  const found = {
    dynamicNames: false,
    reflective: false,
    declaresUniversals: false,
    storesRegex: false,
    storesLambda: false,
  };
  const callees = new Set<Node>();
  const passed = new Set<Node>();
  const noteCall = (callee: Node, args: readonly Node[]): void => {
    const target = simplify(callee as never) as Node;
    callees.add(target);
    if (target.type === "MemberExpression") callees.add(target.object);
    const name = calleeName(target);
    if (name === null) return;
    if (SCOPE_FUNCTIONS.has(name)) found.dynamicNames = true;
    if (name === "dump_env" || (name === "lookup" && mayGiveScopeFunction(args[0]))) found.reflective = true;
    if (name === "unbind" && !isGlobalScope(args[1])) found.reflective = true;
    if (CALLBACK_FUNCTIONS.has(name)) for (const argument of args) passed.add(simplify(argument as never));
    if (name !== null) for (const argument of args) if (argument.type === "RegexLiteral") passed.add(argument);
  };
  walk(template, (node) => {
    switch (node.type) {
      case "CallExpression":
        noteCall(node.callee, node.arguments);
        break;
      case "PipeExpression": {
        const filter = simplify(node.filter);
        if (filter.type === "CallExpression") noteCall(filter.callee, [node.value, ...filter.arguments]);
        else noteCall(filter, [node.value]);
        break;
      }
      case "Identifier":
        // As a value, a function that works on names can be called from anywhere.
        if (!callees.has(node) && (SCOPE_FUNCTIONS.has(node.name) || node.name === "rfn3")) found.reflective = true;
        break;
      case "MemberExpression":
        if (isLibraryMember(node) && !callees.has(node) && SCOPE_FUNCTIONS.has(node.property.name)) {
          found.reflective = true;
        }
        if (isLibraryMember(node)) callees.add(node.object);
        break;
      case "DeclarationStatement":
        if (node.kind === "universals") {
          found.declaresUniversals = true;
          if (node.bindings.some((binding) => binding.value === null)) found.reflective = true;
          if (node.bindings.some((binding) => builtinNames.has(binding.name))) found.dynamicNames = true;
        }
        break;
      case "RegexLiteral":
        regexes.push(node);
        if (!passed.has(node)) found.storesRegex = true;
        break;
      case "LambdaExpression":
        if (!passed.has(node) && !callees.has(node)) found.storesLambda = true;
        break;
    }
    return undefined;
  });
  return { features: found, regexes };
}

function calleeName(node: Node): string | null {
  if (node.type === "Identifier") return node.name;
  return isLibraryMember(node) ? node.property.name : null;
}

function isLibraryMember(node: Node): node is Node & { object: Node; property: { name: string } } {
  return node.type === "MemberExpression" && node.object.type === "Identifier" && node.object.name === "rfn3";
}

/** True when the variable of that name may be a function that works on names, or the dictionary that has them. */
function mayGiveScopeFunction(name: Node | undefined): boolean {
  const text = name === undefined ? null : literalText(simplify(name as never));
  return text === null || text === "rfn3" || SCOPE_FUNCTIONS.has(text);
}

/** True for a scope argument that is the constant `g` or `u`, or left out. */
function isGlobalScope(argument: Node | undefined): boolean {
  if (argument === undefined) return true;
  const text = literalText(simplify(argument as never));
  return text === "g" || text === "u";
}

/** True when the node contains a function definition. */
export function containsFunction(node: Node): boolean {
  let found = node.type === "LambdaExpression" || node.type === "DefStatement";
  if (found) return true;
  walkChildren(node, (child) => {
    if (child.type === "LambdaExpression" || child.type === "DefStatement") found = true;
    return !found;
  });
  return found;
}
