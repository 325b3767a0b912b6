// What happens when a service process ends: started again, after which delay, or given up (server specification §1.7).

export interface RestartRules {
  /** Milliseconds of the window in which exits are counted. */
  crashWindow: number;
  /** Exits within the window after which a service is given up. */
  maxCrashes: number;
  /** A process that ends by itself before it was ever ready is not tried again. */
  safeStartup: boolean;
  /** Milliseconds of the longest wait, a random part of a span that doubles; 0: short waits without chance. */
  crashBackoff: number;
}

export interface ProcessEnd {
  /** Exit status, or null when a signal ended the process. */
  code: number | null;
  wasReady: boolean;
  /** It was the first process of this slot. */
  isFirst: boolean;
}

export type RestartDecision =
  /** `delay` in milliseconds. */
  { action: "restart"; delay: number } | { action: "give-up"; reason: string };

/** The first crashes are answered quickly; a service that goes on crashing is tried more and more slowly. */
const FIRST_DELAY = 100;
const QUICK_RESTARTS = 3;
const LONGEST_DELAY = 1000;

/** Milliseconds of the first span with `crashBackoff`. */
const FIRST_SPAN = 1000;

export class RestartPolicy {
  readonly #rules: RestartRules;
  readonly #random: () => number;
  #ends: number[] = [];

  /** `random`: numbers from 0 to 1, without 1. */
  constructor(rules: RestartRules, random: () => number = Math.random) {
    this.#rules = rules;
    this.#random = random;
  }

  /** `now`: milliseconds of any steady clock. */
  decide(end: ProcessEnd, now: number): RestartDecision {
    const { crashWindow, maxCrashes, safeStartup, crashBackoff } = this.#rules;
    if (safeStartup && end.isFirst && !end.wasReady && end.code !== null) {
      return { action: "give-up", reason: "died while starting" };
    }
    this.#ends = [...this.#ends.filter((time) => now - time <= crashWindow), now];
    if (this.#ends.length > maxCrashes) {
      return { action: "give-up", reason: `ended ${this.#ends.length} times within ${crashWindow / 1000} s` };
    }
    if (end.code === 0 && end.wasReady) return { action: "restart", delay: 0 };
    if (crashBackoff > 0) {
      // Chance keeps services that died of the same cause from coming back all at the same moment.
      const span = Math.min(crashBackoff, FIRST_SPAN * 2 ** (this.#ends.length - 1));
      return { action: "restart", delay: Math.ceil(this.#random() * span) };
    }
    const slower = Math.max(0, this.#ends.length - QUICK_RESTARTS);
    return { action: "restart", delay: Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** slower) };
  }
}
