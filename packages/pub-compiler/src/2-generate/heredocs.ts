/**
 * Heredocs (pub-language.md §6.11): their body becomes a local function that prints into an output of its own.
 */
import type { Heredoc } from "pub-parser";
import { Block, type Code } from "./code.js";
import { Routine } from "./routine.js";
import { body } from "./statements.js";

export function heredocValue(routine: Routine, node: Heredoc): Code {
  const { module } = routine;
  if (node.body.type === "HtmlBlock" && node.body.body.length === 0) return "null";
  const inner = new Routine(module, "heredoc", routine.waits, routine.scope, routine);
  if (inner.scope === null) body(inner, node.body);
  else inner.scope.branch(() => body(inner, node.body));
  inner.addLines(inner.finalWrite());
  inner.add(inner.endStatement());

  const name = module.name("heredoc");
  const arrow = routine.waits ? "async () => {" : "() => {";
  routine.addLine(new Block([...inner.prologue(), ...inner.lines], [`const ${name} = `, arrow], "};"));
  return [node.start, routine.waits ? ["await ", module.call("heredocAsync", name)] : module.call("heredoc", name)];
}
