// Orders to a child process that wait for its answer: each has a number, and fails when the child ends before.

import type { ChildProcess } from "node:child_process";
import { tell } from "./spawn.js";

interface Waiting {
  piece(text: string): void;
  settle(failure: string | null): void;
}

/** What is said when the process ends before it has answered (server specification §1.12). */
const DEAD_CHILD = "dead child";

export class PendingAnswers {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  #last = 0;

  constructor(child: ChildProcess) {
    this.#child = child;
    child.once("exit", () => {
      for (const { settle } of [...this.#waiting.values()]) settle(DEAD_CHILD);
    });
  }

  /** Sends what `order` makes of a number; resolves to null, or to what the child says against it. */
  ask(order: (id: number) => object, piece: (text: string) => void = () => {}): Promise<string | null> {
    if (!this.#child.connected) return Promise.resolve(DEAD_CHILD);
    const id = ++this.#last;
    return new Promise((resolve) => {
      const settle = (failure: string | null) => {
        this.#waiting.delete(id);
        resolve(failure);
      };
      this.#waiting.set(id, { piece, settle });
      tell(this.#child, order(id));
    });
  }

  /** A part of the answer. */
  piece(id: number, text: string): void {
    this.#waiting.get(id)?.piece(text);
  }

  settle(id: number, failure: string | null): void {
    this.#waiting.get(id)?.settle(failure);
  }
}
