/**
 * Which calls run synchronously (pub-language.md §7.7): those in statements and conditions that contain nothing that waits by
 * its own text. A statement is known to wait only when all of it has been walked, so calls remember the frame they stand in.
 */

/** A statement, zone, condition or key of `switch`. */
export interface Frame {
  /** Contains an include, a heredoc or a call with asterisks; bodies of functions do not count. */
  waits: boolean;
  /** The frame around it that waits when this one does. */
  readonly outer: Frame | null;
  /** Runs synchronously whatever it contains. */
  readonly isKey: boolean;
}

export function frameInside(outer: Frame | null): Frame {
  return { waits: false, outer, isKey: outer?.isKey ?? false };
}

/** The key of a `switch`: it always runs synchronously, and what waits in it does not make the statement wait. */
export function frameOfKey(): Frame {
  return { waits: false, outer: null, isKey: true };
}

/** Notes that something in a frame waits. */
export function markWaiting(frame: Frame): void {
  for (let each: Frame | null = frame; each !== null && !each.waits; each = each.outer) each.waits = true;
}

export function isSynchronous(frame: Frame): boolean {
  return frame.isKey || !frame.waits;
}
