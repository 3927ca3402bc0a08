import type SqliteFile from 'better-sqlite3';

interface Waiting {
  work(): unknown;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

export interface CommitBatch {
  transaction<T>(work: () => T): Promise<T>;
  /** Resolves when all that was asked for has been done. */
  flush(): Promise<void>;
}

/** A batch goes to the disk after this, whoever else waits: a read must not wait for a hundred pushes. */
const LONGEST_MS = 10;

/**
 * Transactions that are asked for at the same moment share one: waiting for the disk is nearly all that a small one costs
 * (group commit: DeWitt et al., “Implementation Techniques for Main Memory Database Systems”, 1984). Each stands in a savepoint: one that
 * throws undoes itself alone. Where the disk refuses, all of the batch are told, and nothing of it is stored.
 * @param onCommit called when a batch is on the disk, before any of it is told
 */
export function createCommitBatch(sqlite: SqliteFile.Database, exclusive: <T>(work: () => T) => Promise<T>, onCommit = (): void => undefined): CommitBatch {
  const waiting: Waiting[] = [];
  let isPlanned = false;
  // better-sqlite3 makes a savepoint of a transaction inside another.
  const inSavepoint = sqlite.transaction((work: () => unknown) => work());
  const runBatch = sqlite.transaction((settled: (() => void)[], begun: Waiting[]) => {
    const started = performance.now();
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const { work, resolve, reject } = next;
      begun.push(next);
      try {
        const value = inSavepoint(work);
        settled.push(() => resolve(value));
      } catch (error) {
        // A full disk undoes the whole transaction, not this part alone.
        if (!sqlite.inTransaction) throw error;
        settled.push(() => reject(error));
      }
      if (performance.now() - started > LONGEST_MS) return;
    }
  });

  const run = (): void => {
    isPlanned = false;
    const settled: (() => void)[] = [];
    const begun: Waiting[] = [];
    try {
      runBatch.immediate(settled, begun);
      onCommit();
      for (const settle of settled) settle();
    } catch (error) {
      // None has begun where the write lock was not given.
      for (const { reject } of begun.length > 0 ? begun : waiting.splice(0)) reject(error);
    }
    if (waiting.length > 0) plan();
  };
  const fail = (error: unknown): void => {
    isPlanned = false;
    for (const { reject } of waiting.splice(0)) reject(error);
  };
  const plan = (): void => {
    if (isPlanned) return;
    isPlanned = true;
    // After all that has come in by now: they go together.
    setImmediate(() => void exclusive(run).catch(fail));
  };

  return {
    transaction: (work) =>
      new Promise((resolve, reject) => {
        waiting.push({ work, resolve: resolve as (value: unknown) => void, reject });
        plan();
      }),
    flush: async () => {
      while (waiting.length > 0) await exclusive(run);
    },
  };
}
