// Lookahead that is computed where a parse first needs it. Computing it for all places of the grammar takes half of the
// time that the parser needs to get ready, and a small file passes few of them.

import { type ILookaheadStrategy, type IOrAlt, LLkLookaheadStrategy } from "chevrotain";

type AlternationOptions = Parameters<ILookaheadStrategy["buildLookaheadForAlternation"]>[0];
type OptionalOptions = Parameters<ILookaheadStrategy["buildLookaheadForOptional"]>[0];

/** What Chevrotain asks at a place of the grammar: which alternative it is, or whether there is another round. */
type Lookahead<Answer> = (this: unknown, alternatives?: IOrAlt<unknown>[]) => Answer;

/** A lookahead function that computes itself when it is called first. */
export interface LazyLookahead<Answer> extends Lookahead<Answer> {
  compute: () => Lookahead<Answer>;
}

/** The usual lookahead of Chevrotain, put off. */
export class LazyLookaheadStrategy extends LLkLookaheadStrategy {
  override buildLookaheadForAlternation(options: AlternationOptions) {
    return lazy(() => super.buildLookaheadForAlternation(options));
  }

  override buildLookaheadForOptional(options: OptionalOptions) {
    return lazy(() => super.buildLookaheadForOptional(options));
  }
}

function lazy<Answer>(compute: () => Lookahead<Answer>): LazyLookahead<Answer> {
  let computed: Lookahead<Answer> | undefined;
  const lookahead: Lookahead<Answer> = function (alternatives) {
    computed ??= compute();
    return computed.call(this, alternatives);
  };
  return Object.assign(lookahead, { compute });
}

/** Puts a lookahead function into a table so that what it computes takes its place there, for calls without a detour. */
export function storeLookahead(table: Map<number, Lookahead<unknown>>, key: number, entry: Lookahead<unknown>): void {
  const { compute } = entry as Partial<LazyLookahead<unknown>>;
  if (compute === undefined) {
    table.set(key, entry);
    return;
  }
  table.set(key, function (alternatives) {
    const computed = compute();
    table.set(key, computed);
    return computed.call(this, alternatives);
  });
}
