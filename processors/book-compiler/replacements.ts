/** What a compile could not write as it stood. It ends in the manifest, so nothing changes silently. */
export class Replacements {
  readonly #counts = new Map<string, number>();

  note(what: string, times = 1): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + times);
  }

  /** One sentence each, in the order of their first appearance. */
  list(): string[] {
    return [...this.#counts].map(([what, times]) => (times > 1 ? `${what} (${times} times)` : what));
  }
}
