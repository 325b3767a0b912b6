// What happens when a service process ends: started again, after which delay, or given up (server specification §1.7).

export interface RestartRules {
  /** Milliseconds of the window in which exits are counted. */
  crashWindow: number;
  /** Exits within the window after which a service is given up. */
  maxCrashes: number;
  /** A process that ends by itself before it was ever ready is not tried again. */
  safeStartup: boolean;
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

export class RestartPolicy {
  readonly #rules: RestartRules;
  #ends: number[] = [];

  constructor(rules: RestartRules) {
    this.#rules = rules;
  }

  /** `now`: milliseconds of any steady clock. */
  decide(end: ProcessEnd, now: number): RestartDecision {
    const { crashWindow, maxCrashes, safeStartup } = this.#rules;
    if (safeStartup && end.isFirst && !end.wasReady && end.code !== null) {
      return { action: "give-up", reason: "died while starting" };
    }
    this.#ends = [...this.#ends.filter((time) => now - time <= crashWindow), now];
    if (this.#ends.length > maxCrashes) {
      return { action: "give-up", reason: `ended ${this.#ends.length} times within ${crashWindow / 1000} s` };
    }
    if (end.code === 0 && end.wasReady) return { action: "restart", delay: 0 };
    const slower = Math.max(0, this.#ends.length - QUICK_RESTARTS);
    return { action: "restart", delay: Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** slower) };
  }
}
