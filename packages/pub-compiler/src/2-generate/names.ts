/**
 * Variables: reading, the content of their place, assigning. Names resolved while compiling are JavaScript variables and
 * slots; in code without a static scope all are looked up in the layers of the context (pub-language.md §7.2).
 */
import type { Identifier, ScopedIdentifier } from "pub-parser";
import { type Code, commaList, quote } from "./code.js";
import type { Routine } from "./routine.js";
import type { Variable } from "./scope.js";

/** How a name is used. */
type Use = "value" | "content" | "container";

const FREE: Record<Use, string> = { value: "readSlot", content: "slotValue", container: "slotContainer" };
const DYNAMIC: Record<Use, string> = { value: "read", content: "content", container: "container" };

/** The value of a name; an empty slot reads as null (§4.3). */
export function readName(routine: Routine, node: Identifier): Code {
  const { module } = routine;
  if (module.options.traced) {
    return [node.start, module.call("readWarning", quote(node.name), `${module.line(node.start)}`)];
  }
  return [node.start, nameCode(routine, node.name, "value")];
}

/** The content of the place of a name: undefined when it is unbound or empty (§5.3). */
export function nameContent(routine: Routine, node: Identifier): Code {
  return [node.start, nameCode(routine, node.name, "content")];
}

/** The content of a variable that is used as a container. */
export function containerName(routine: Routine, node: Identifier): Code {
  return [node.start, nameCode(routine, node.name, "container")];
}

function nameCode(routine: Routine, name: string, use: Use): Code {
  const { module, scope } = routine;
  if (scope === null) return module.call(DYNAMIC[use], quote(name));
  const { variables, isFree } = scope.resolve(name);
  let code: Code = isFree ? module.call(FREE[use], routine.freeSlot(name), quote(name)) : "undefined";
  for (const variable of variables.toReversed()) code = alternative(routine, variable, use, code);
  return code;
}

/** The code of a variable, or of what the name means when it is unbound. */
function alternative(routine: Routine, variable: Variable, use: Use, otherwise: Code): Code {
  const { module } = routine;
  const own: Code = variable.isUniversal
    ? module.apply(use === "value" ? "readUniversal" : "universalValue", variable.code)
    : use === "value" && variable.mayBeEmpty
      ? `(${variable.code} ?? null)`
      : variable.code;
  if (use === "container" && module.storesRegex && !variable.isUniversal) {
    // A regex used as a container is lost: its variable is unbound from here on (§5.4).
    const lost = `${variable.code} instanceof ${module.runtime("Regex")} ? (${variable.code} = ${module.runtime("UNBOUND")}, null)`;
    const code = `(${lost} : ${variable.code})`;
    if (variable.certain && variable.bound) {
      variable.certain = false;
      return code;
    }
    return [`(${variable.code} !== ${module.runtime("UNBOUND")} ? ${code} : `, otherwise, ")"];
  }
  if (variable.certain && variable.bound) return own;
  return [`(${variable.code} !== ${module.runtime("UNBOUND")} ? `, own, " : ", otherwise, ")"];
}

export function assignName(routine: Routine, node: Identifier, value: Code): Code {
  const { module, scope } = routine;
  if (scope === null) return [node.start, module.call("assign", quote(node.name), value)];
  const { variables, isFree } = scope.resolve(node.name);
  const [only] = variables;
  if (variables.length === 1 && !isFree) return ["(", node.start, variableTarget(only), " = ", value, ")"];
  const free = (code: Code) => module.call("assignSlot", routine.freeSlot(node.name), quote(node.name), code);
  if (variables.length === 0) return [node.start, free(value)];
  const temporary = routine.temporary();
  return [
    "(",
    temporary,
    " = ",
    value,
    ", ",
    assignChain(routine, variables, isFree ? free(temporary) : "null", temporary),
    ")",
  ];
}

function variableTarget(variable: Variable): string {
  return variable.isUniversal ? `${variable.code}.value` : variable.code;
}

function assignChain(routine: Routine, variables: readonly Variable[], otherwise: Code, value: string): Code {
  let code = otherwise;
  for (const variable of variables.toReversed()) {
    const own = `(${variableTarget(variable)} = ${value})`;
    code =
      variable.certain && variable.bound
        ? own
        : [`(${variable.code} !== ${routine.module.runtime("UNBOUND")} ? `, own, " : ", code, ")"];
  }
  return code;
}

/**
 * The layer with the local variables in scope, for lookups by name: what an included file or a re-created function sees.
 * With `isMentioned` only those of them that are looked up.
 */
export function visibleScope(routine: Routine, isMentioned: ((name: string) => boolean) | null = null): Code {
  const { module, scope } = routine;
  if (scope === null) return "context.layer";
  const names = scope.names().filter((name) => isMentioned === null || isMentioned(name));
  routine.module.usesBase = true;
  if (names.length === 0 && !scope.insideFunction) return "base";
  const unbound = module.runtime("UNBOUND");
  const variables = names.map((name): Code => {
    const { variables: found } = scope.resolve(name);
    let get: Code = unbound;
    for (const variable of found.toReversed()) {
      const own = variable.isUniversal ? module.apply("universalValue", variable.code) : variable.code;
      get = variable.certain && variable.bound ? own : [`${variable.code} !== ${unbound} ? `, own, " : ", get];
    }
    const value = `v${module.annotation("SlotContent")}`;
    return [`[${quote(name)}, () => `, get, `, (${value}) => { `, assignChain(routine, found, "null", "v"), "; }]"];
  });
  if (names.length === 0 && isMentioned !== null)
    return scope.insideFunction ? module.apply("emptyScope", "base") : "base";
  return module.apply("scopeLayer", "base", `${scope.insideFunction}`, ["[", commaList(variables), "]"]);
}

export function readScopedName(routine: Routine, node: ScopedIdentifier): Code {
  return [node.start, routine.module.call("readScoped", quote(node.scope), quote(node.name))];
}

export function scopedNameContent(routine: Routine, node: ScopedIdentifier): Code {
  return [node.start, routine.module.call("contentScoped", quote(node.scope), quote(node.name))];
}

export function assignScopedName(routine: Routine, node: ScopedIdentifier, value: Code): Code {
  return [node.start, routine.module.call("assignScoped", quote(node.scope), quote(node.name), value)];
}
