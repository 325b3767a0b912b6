/**
 * One walk over the syntax tree of a file: collects what the rules of the site need, and runs the checks that need no more
 * than the file itself.
 */
import type { Template } from "pub-parser";
import { walkExpression, walkPrinted } from "./collect/expressions.js";
import { frameInside } from "./collect/frames.js";
import { walkStatement } from "./collect/statements.js";
import { newRoutine, type Walk } from "./collect/walk.js";
import { walkBlock, walkZones } from "./collect/zones.js";
import type { FileFacts } from "./facts.js";
import { FactsBuilder } from "./facts-builder.js";
import { MarkupWalk } from "./markup-walk.js";
import { Scope } from "./scopes.js";

/** Collects the facts of a file. `path` decides whether its text is markup. */
export function collectFacts(path: string, source: string, template: Template): FileFacts {
  const facts = new FactsBuilder(source, template);
  const markup = new MarkupWalk(path, facts);
  const walk: Walk = {
    facts,
    markup,
    scope: new Scope(null, "file"),
    routine: newRoutine(true),
    frame: frameInside(null),
    block: (block) => walkBlock(walk, block),
    statement: (node) => walkStatement(walk, node),
    expression: (node, use) => walkExpression(walk, node, use),
    printed: (node) => walkPrinted(walk, node),
  };
  walkZones(walk, template.body);
  facts.closeScope(walk.scope, 0);
  return facts.build(markup.isMarkup);
}
