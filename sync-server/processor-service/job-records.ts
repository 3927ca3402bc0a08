import type { ModelAnswer } from '#processors/contract/processor.ts';
import type { AnswerStore, Usage } from '#processors/contract/runner.ts';
import type { Job } from '#processors/orchestrator/ports.ts';
import type { ErrorCode } from '#schemas/errors.ts';
import type { Database } from '../db/database.ts';

/** One attempt that failed; `at` is RFC 3339 UTC. */
export interface JobFailure {
  attempt: number;
  code: ErrorCode;
  message: string;
  at: string;
}

/** What is kept of jobs beside their state: answers that were paid for, what they took, what went wrong. */
export interface JobRecords {
  answersOf(job: Pick<Job, 'id'>): AnswerStore;
  noteUsage(job: Pick<Job, 'id' | 'user_id' | 'processor_id'>, usage: Usage): Promise<void>;
  /** The failed attempts of these jobs, the oldest first. */
  failuresOf(jobIds: readonly string[]): Promise<Map<string, JobFailure[]>>;
  /** The ids of a user's jobs of this processor that wait. */
  waitingOf(userId: string, processorId: string): Promise<string[]>;
  /** Removes a dead letter with all that is kept of it. */
  drop(jobId: string): Promise<void>;
  /** Removes jobs that ended before that time, a few at once. @returns whether there may be more */
  prune(before: number): Promise<boolean>;
}

/** Jobs that one pruning removes: a hundred thousand at once would hold up every write. */
const PRUNED_AT_ONCE = 500;

export function createJobRecords(database: Database, now: () => number): JobRecords {
  const { sqlite } = database;
  const getAnswer = sqlite.prepare<[string, string], string>('SELECT answer FROM job_answers WHERE job_id = ? AND key = ?').pluck();
  const setAnswer = sqlite.prepare('INSERT INTO job_answers VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET answer = excluded.answer');
  const addUsage = sqlite.prepare(`
    INSERT INTO usage (user_id, job_id, processor_id, provider, model, input_tokens, output_tokens, cost, used_at)
    VALUES (@user_id, @job_id, @processor_id, @provider, @model, @input_tokens, @output_tokens, @cost, @used_at)`);
  const failures = sqlite.prepare<[string], { job_id: string; attempt: number; error_code: string; error_message: string; failed_at: number }>(
    'SELECT * FROM job_failures WHERE job_id IN (SELECT value FROM json_each(?)) ORDER BY job_id, failed_at, attempt');
  const waiting = sqlite.prepare<[string, string], string>(`SELECT id FROM jobs WHERE user_id = ? AND processor_id = ? AND state = 'queued'`).pluck();
  const stateOf = sqlite.prepare<[string], string>('SELECT state FROM jobs WHERE id = ?').pluck();
  const findOld = sqlite.prepare<[number, number], string>(`
    SELECT id FROM jobs WHERE state IN ('done', 'superseded', 'cancelled') AND updated_at < ? ORDER BY updated_at LIMIT ?`).pluck();
  const removals = ['jobs WHERE id', 'job_failures WHERE job_id', 'job_answers WHERE job_id'].map((rows) =>
    sqlite.prepare<[string]>(`DELETE FROM ${rows} IN (SELECT value FROM json_each(?))`));
  const remove = (ids: readonly string[]): void => {
    for (const removal of removals) removal.run(JSON.stringify(ids));
  };
  return {
    answersOf: ({ id }) => ({
      get: (key) =>
        database.exclusive(() => {
          const answer = getAnswer.get(id, key);
          return answer === undefined ? null : (JSON.parse(answer) as ModelAnswer);
        }),
      set: (key, answer) => database.transaction(() => void setAnswer.run(id, key, JSON.stringify(answer))),
    }),
    noteUsage: ({ id, user_id, processor_id }, usage) =>
      database.transaction(() => void addUsage.run({ ...toCountable(usage), job_id: id, user_id, processor_id, used_at: now() })),
    failuresOf: (jobIds) =>
      database.exclusive(() => {
        const found = new Map<string, JobFailure[]>(jobIds.map((id) => [id, []]));
        for (const row of failures.all(JSON.stringify(jobIds))) {
          found.get(row.job_id)?.push({ attempt: row.attempt, code: row.error_code as ErrorCode, message: row.error_message, at: new Date(row.failed_at).toISOString() });
        }
        return found;
      }),
    waitingOf: (userId, processorId) => database.exclusive(() => waiting.all(userId, processorId)),
    drop: (jobId) =>
      database.transaction(() => {
        // One that is being tried again is none any more.
        if (stateOf.get(jobId) === 'dead') remove([jobId]);
      }),
    prune: (before) =>
      database.transaction(() => {
        const ids = findOld.all(before, PRUNED_AT_ONCE);
        if (ids.length > 0) remove(ids);
        return ids.length === PRUNED_AT_ONCE;
      }),
  };
}

/** More than anyone will ever pay for, and little enough that what is added up stays a number. */
const MAX_COUNTED = 1e12;

/** A provider's or a worker's numbers are whatever it sent: not whole, below zero, beyond all numbers. */
function toCountable(usage: Usage): Usage {
  const bound = (value: number): number => (value > 0 ? Math.min(value, MAX_COUNTED) : 0);
  const { input_tokens, output_tokens, cost } = usage;
  return { ...usage, input_tokens: Math.round(bound(input_tokens)), output_tokens: Math.round(bound(output_tokens)), cost: cost === null ? null : bound(cost) };
}
