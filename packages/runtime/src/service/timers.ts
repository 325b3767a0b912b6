/**
 * Timers of a service (feature S15): they end with it, and what they throw is logged.
 */

export class Timers {
  private readonly active = new Set<NodeJS.Timeout>();

  constructor(private readonly log: (line: string) => void) {}

  /** Runs `work` once after `seconds` and `nanoseconds`; the result cancels it. */
  after(seconds: number, work: () => unknown, nanoseconds = 0): () => void {
    const timer: NodeJS.Timeout = setTimeout(
      () => {
        this.active.delete(timer);
        void this.run(work);
      },
      seconds * 1000 + nanoseconds / 1e6,
    );
    return this.keep(timer);
  }

  /** Runs `work` every `seconds`, counted from the end of the last run; the result cancels it. */
  every(seconds: number, work: () => unknown): () => void {
    let isCancelled = false;
    let cancel: () => void = () => {};
    const next = () => {
      cancel = this.after(seconds, async () => {
        await this.run(work);
        if (!isCancelled && !this.isStopped) next();
      });
    };
    next();
    return () => {
      isCancelled = true;
      cancel();
    };
  }

  private isStopped = false;

  /** For the service: cancels everything. */
  stop(): void {
    this.isStopped = true;
    for (const timer of this.active) clearTimeout(timer);
    this.active.clear();
  }

  private keep(timer: NodeJS.Timeout): () => void {
    this.active.add(timer);
    return () => {
      clearTimeout(timer);
      this.active.delete(timer);
    };
  }

  private async run(work: () => unknown): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.log(`timer: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    }
  }
}
