/**
 * Sets that several files contribute to: a member stays as long as one of them names it.
 */

/** Names with the number of contributions; zero is absent. */
export class CountedNames {
  private readonly counts = new Map<string, number>();

  has(name: string): boolean {
    return this.counts.has(name);
  }

  names(): IterableIterator<string> {
    return this.counts.keys();
  }

  /** Adds one contribution to each name, or with -1 takes one away. */
  change(names: Iterable<string>, by: 1 | -1): void {
    for (const name of names) {
      const count = (this.counts.get(name) ?? 0) + by;
      if (count === 0) this.counts.delete(name);
      else this.counts.set(name, count);
    }
  }
}

/** Sets of members by name. */
export class MembersByName<Member> {
  private readonly sets = new Map<string, Set<Member>>();

  get(name: string): Iterable<Member> {
    return this.sets.get(name) ?? [];
  }

  names(): IterableIterator<string> {
    return this.sets.keys();
  }

  /** Adds a member under a name, or takes it away. */
  change(name: string, member: Member, by: 1 | -1): void {
    const members = this.sets.get(name);
    if (by === 1) {
      if (members === undefined) this.sets.set(name, new Set([member]));
      else members.add(member);
      return;
    }
    members?.delete(member);
    if (members?.size === 0) this.sets.delete(name);
  }
}
