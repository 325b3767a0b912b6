/**
 * Sharing out a list among threads: each takes the next few members when it has done its last, so that all end together.
 */

/** How many members a thread takes at once. */
const SHARE = 8;

/** The members that fall to this thread. `next` counts those that are given out; all threads have the same one. */
export function* takeShares<Member>(list: readonly Member[], next: SharedArrayBuffer): IterableIterator<Member> {
  const counter = new Int32Array(next);
  for (;;) {
    const start = Atomics.add(counter, 0, SHARE);
    if (start >= list.length) return;
    yield* list.slice(start, start + SHARE);
  }
}
