import type { Queue } from '#processors/orchestrator/fair-share.ts';
import type { CandidateRow, JobStatements } from './job-statements.ts';

/**
 * The first job that is ready of each user, for each processor: known from the last taking, and looked up again, with one seek in
 * the index, only where a job came or went. What is in the database decides: whoever writes a queued job says so here.
 */
export class ReadyQueues {
  readonly #statements: Pick<JobStatements, 'nextUser' | 'ready'>;
  /** By processor, then user; null: to be looked up. */
  readonly #heads = new Map<string, Map<string, CandidateRow | null>>();

  constructor(statements: Pick<JobStatements, 'nextUser' | 'ready'>) {
    this.#statements = statements;
  }

  of(processorId: string): Queue<CandidateRow>[] {
    const heads = this.#heads.get(processorId) ?? this.#load(processorId);
    const queues: Queue<CandidateRow>[] = [];
    for (const [userId, known] of heads) {
      const head = known ?? this.#statements.ready.get(processorId, userId, 0);
      if (!head) {
        heads.delete(userId);
        continue;
      }
      if (!known) heads.set(userId, head);
      queues.push({ userId, processorId, at: (skip) => (skip === 0 ? head : this.#statements.ready.get(processorId, userId, skip)) });
    }
    return queues;
  }

  /** A job of theirs was queued, or is no longer. */
  change({ processor_id, user_id }: Pick<CandidateRow, 'processor_id' | 'user_id'>): void {
    this.#heads.get(processor_id)?.set(user_id, null);
  }

  /** Anything may have changed. */
  forget(): void {
    this.#heads.clear();
  }

  #load(processorId: string): Map<string, CandidateRow | null> {
    const heads = new Map<string, CandidateRow | null>();
    const next = (after: string): string | undefined => this.#statements.nextUser.get(processorId, after);
    for (let user = next(''); user !== undefined; user = next(user)) heads.set(user, null);
    this.#heads.set(processorId, heads);
    return heads;
  }
}
