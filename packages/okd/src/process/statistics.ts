// What a service process counts, and the dispatcher collects for its pages about the server.

/** Upper ends of the classes of answer times, in seconds. */
export const TIME_CLASSES = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

export interface ServiceStatistics {
  /** Answered requests by the first digit of their status. */
  requests: Record<string, number>;
  /** Requests in each of `TIME_CLASSES` (not those below), and one more for all that took longer. */
  times: number[];
  /** Seconds of all requests together. */
  totalTime: number;
  /** Bytes from and to clients, of finished and of open connections. */
  received: number;
  sent: number;
  connections: number;
  /** Connections given back to the dispatcher. */
  handedBack: number;
  /** Bytes. */
  residentMemory: number;
  heapUsed: number;
}

const NUMBERS = ["totalTime", "received", "sent", "connections", "handedBack", "residentMemory", "heapUsed"] as const;

/** What a service process sent, which may have been taken over: null unless it is what it should be. */
export function readStatistics(text: string): ServiceStatistics | null {
  try {
    const read = JSON.parse(text) as ServiceStatistics;
    const isWhole =
      NUMBERS.every((name) => Number.isFinite(read[name])) &&
      Array.isArray(read.times) &&
      read.times.length === TIME_CLASSES.length + 1 &&
      read.times.every(Number.isFinite) &&
      Object.entries(read.requests).every(([digit, count]) => /^\d$/.test(digit) && Number.isFinite(count));
    return isWhole ? read : null;
  } catch {
    return null;
  }
}

export class ServiceCounters {
  readonly #requests: Record<string, number> = {};
  readonly #times: number[] = Array(TIME_CLASSES.length + 1).fill(0);
  #totalTime = 0;
  #received = 0;
  #sent = 0;
  handedBack = 0;

  /** `time`: milliseconds from the end of the head to the end of the answer. */
  countRequest(status: number, time: number): void {
    const first = String(status)[0];
    this.#requests[first] = (this.#requests[first] ?? 0) + 1;
    const seconds = time / 1000;
    const found = TIME_CLASSES.findIndex((end) => seconds <= end);
    this.#times[found === -1 ? TIME_CLASSES.length : found]++;
    this.#totalTime += seconds;
  }

  /** Adds the bytes of a connection that has gone. */
  countTraffic({ received, sent }: Traffic): void {
    this.#received += received;
    this.#sent += sent;
  }

  /** `open`: the traffic of the connections that are open. */
  statistics(open: readonly Traffic[]): ServiceStatistics {
    const { rss, heapUsed } = process.memoryUsage();
    const sum = (field: keyof Traffic) => open.reduce((total, traffic) => total + traffic[field], 0);
    return {
      requests: this.#requests,
      times: this.#times,
      totalTime: this.#totalTime,
      received: this.#received + sum("received"),
      sent: this.#sent + sum("sent"),
      connections: open.length,
      handedBack: this.handedBack,
      residentMemory: rss,
      heapUsed,
    };
  }
}

/** Bytes of a connection. */
export interface Traffic {
  received: number;
  sent: number;
}
