export interface EndParts {
  onProblem(thrown: unknown): void;
  quit(): void;
  /** For each: 25 s, since the library's last backup may be large. What is 'Saved' is on the disk already, so a disk that hangs holds nobody up for ever. */
  limitMs?: number;
}

/** Closes one after the other, in the order given, whatever becomes of each; then the program ends. */
export async function endWith(closers: readonly (() => Promise<void>)[], { onProblem, quit, limitMs = 25_000 }: EndParts): Promise<void> {
  for (const close of closers) {
    let timer: NodeJS.Timeout | undefined;
    try {
      await Promise.race([close(), new Promise<void>((_resolve, reject) => (timer = setTimeout(() => reject(new Error('It took too long to close.')), limitMs)))]);
    } catch (thrown) {
      onProblem(thrown);
    } finally {
      clearTimeout(timer);
    }
  }
  quit();
}
