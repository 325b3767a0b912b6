/**
 * Variables: reading, the content of their place, assigning. Names that the analysis resolved are JavaScript variables;
 * all others are looked up in the layers of the context (pub-language.md §7.2).
 */
import type { Identifier, ScopedIdentifier } from "pub-parser";
import { type Code, quote } from "./code.js";
import type { Routine } from "./routine.js";

export function readName(routine: Routine, node: Identifier): Code {
  const { module } = routine;
  if (module.options.traced) {
    return [node.start, module.call("readWarning", quote(node.name), `${module.line(node.start)}`)];
  }
  return [node.start, module.call("read", quote(node.name))];
}

export function nameContent(routine: Routine, node: Identifier): Code {
  return [node.start, routine.module.call("content", quote(node.name))];
}

/** The content of a variable that is used as a container. */
export function containerName(routine: Routine, node: Identifier): Code {
  return [node.start, routine.module.call("container", quote(node.name))];
}

export function assignName(routine: Routine, node: Identifier, value: Code): Code {
  return [node.start, routine.module.call("assign", quote(node.name), value)];
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
