import type { Statement } from 'better-sqlite3';
import type { Job } from '#processors/orchestrator/ports.ts';
import type { ErrorCode } from '#schemas/errors.ts';
import type { Database } from '../db/database.ts';
import type { JobsTable } from '../db/tables.ts';

/** What the choice of the next job rests on: all of it is in the index. */
export type CandidateRow = Pick<JobsTable, 'id' | 'user_id' | 'processor_id' | 'priority' | 'created_at'>;

export interface JobStatements {
  add: Statement<[JobsTable]>;
  get: Statement<[string], JobsTable>;
  update: Statement<[JobsTable & { expected_state: string; expected_attempts: number }]>;
  /** Their ids. */
  supersede: Statement<[{ user_id: string; processor_id: string; blob_id: string; version: number; now: number }], string>;
  /** Those that were put off and whose time has come. */
  ripen: Statement<[number]>;
  /** The next user after this one who has jobs that are ready for the processor. */
  nextUser: Statement<[string, string], string>;
  ready: Statement<[string, string, number], CandidateRow>;
  lapsed: Statement<[number], CandidateRow>;
  running: Statement<[number], { user_id: string; jobs: number }>;
  take: Statement<[{ now: number; lease_until: number; id: string }], JobsTable>;
  nextDelayed: Statement<[number, string], number>;
  nextLapse: Statement<[number, string], number>;
  release: Statement<[{ now: number }]>;
  fail: Statement<[{ job_id: string; attempt: number; error_code: ErrorCode; error_message: string; failed_at: number }]>;
  failRunning: Statement<[{ now: number; error_code: ErrorCode; error_message: string }]>;
  forgetAnswers: Statement<[string]>;
}

/** The statements of the store of jobs. Each reads what an index of its own gives, however many jobs wait. */
export function prepareJobStatements({ sqlite }: Database): JobStatements {
  const pluck = (sql: string): unknown => sqlite.prepare(sql).pluck();
  return {
    add: sqlite.prepare(`
      INSERT INTO jobs (id, user_id, processor_id, blob_id, blob_version, config, priority, state, ready, attempts, not_before, lease_until,
        error_code, error_message, output_id, created_at, updated_at)
      VALUES (@id, @user_id, @processor_id, @blob_id, @blob_version, @config, @priority, @state, @ready, @attempts, @not_before, @lease_until,
        @error_code, @error_message, @output_id, @created_at, @updated_at)
      ON CONFLICT (id) DO NOTHING`),
    get: sqlite.prepare('SELECT * FROM jobs WHERE id = ?'),
    update: sqlite.prepare(`
      UPDATE jobs SET config = @config, priority = @priority, state = @state, ready = @ready, attempts = @attempts, not_before = @not_before,
        lease_until = @lease_until, error_code = @error_code, error_message = @error_message, output_id = @output_id, created_at = @created_at, updated_at = @updated_at
      WHERE id = @id AND state = @expected_state AND attempts = @expected_attempts`),
    supersede: pluck(`
      UPDATE jobs SET state = 'superseded', updated_at = @now
      WHERE user_id = @user_id AND blob_id = @blob_id AND processor_id = @processor_id AND blob_version < @version AND state = 'queued'
      RETURNING id`) as JobStatements['supersede'],
    ripen: sqlite.prepare(`UPDATE jobs SET ready = 1 WHERE state = 'queued' AND ready = 0 AND not_before <= ?`),
    nextUser: pluck(`
      SELECT user_id FROM jobs WHERE state = 'queued' AND ready = 1 AND processor_id = ? AND user_id > ? ORDER BY user_id LIMIT 1`) as JobStatements['nextUser'],
    ready: sqlite.prepare(`
      SELECT id, user_id, processor_id, priority, created_at FROM jobs WHERE state = 'queued' AND ready = 1 AND processor_id = ? AND user_id = ?
      ORDER BY priority DESC, created_at, id LIMIT 1 OFFSET ?`),
    lapsed: sqlite.prepare(`
      SELECT id, user_id, processor_id, priority, created_at FROM jobs WHERE state = 'running' AND lease_until <= ?
      ORDER BY priority DESC, created_at, id`),
    running: sqlite.prepare(`SELECT user_id, count(*) AS jobs FROM jobs INDEXED BY jobs_running WHERE state = 'running' AND lease_until > ? GROUP BY user_id`),
    take: sqlite.prepare(`
      UPDATE jobs SET state = 'running', attempts = attempts + 1, lease_until = @lease_until, updated_at = @now WHERE id = @id RETURNING *`),
    nextDelayed: pluck(`
      SELECT not_before FROM jobs WHERE state = 'queued' AND ready = 0 AND not_before > ? AND processor_id IN (SELECT value FROM json_each(?))
      ORDER BY not_before LIMIT 1`) as JobStatements['nextDelayed'],
    nextLapse: pluck(`
      SELECT lease_until FROM jobs WHERE state = 'running' AND lease_until > ? AND processor_id IN (SELECT value FROM json_each(?))
      ORDER BY lease_until LIMIT 1`) as JobStatements['nextLapse'],
    release: sqlite.prepare(`UPDATE jobs SET state = 'queued', ready = 1, not_before = @now, lease_until = 0, updated_at = @now WHERE state = 'running'`),
    fail: sqlite.prepare('INSERT INTO job_failures VALUES (@job_id, @attempt, @error_code, @error_message, @failed_at)'),
    failRunning: sqlite.prepare(`
      INSERT INTO job_failures SELECT id, attempts, @error_code, @error_message, @now FROM jobs WHERE state = 'running'`),
    forgetAnswers: sqlite.prepare('DELETE FROM job_answers WHERE job_id = ?'),
  };
}

/** True when the job was still as expected, and is now as given. Within the caller's transaction. */
export function updateJob(statements: JobStatements, job: Job, expected: { state: string; attempts: number }): boolean {
  const changes = statements.update.run({ ...toRow(job), expected_state: expected.state, expected_attempts: expected.attempts }).changes;
  if (changes !== 1) return false;
  const { error, state } = job;
  // A job that a stopping worker gives back has an attempt less, and did not fail.
  const hasFailed = expected.state === 'running' && (state === 'queued' || state === 'dead') && job.attempts === expected.attempts;
  if (hasFailed && error) statements.fail.run({ job_id: job.id, attempt: job.attempts, error_code: error.code, error_message: error.message, failed_at: job.updated_at });
  // A dead letter keeps them: replayed, it pays for no passage twice.
  if (state === 'done' || state === 'cancelled' || state === 'superseded') statements.forgetAnswers.run(job.id);
  return true;
}

export function toRow({ error, output_id: outputId, config, ...job }: Job): JobsTable {
  return {
    ...job,
    config: JSON.stringify(config),
    ready: job.not_before <= job.updated_at ? 1 : 0,
    error_code: error?.code ?? null,
    error_message: error?.message ?? null,
    output_id: outputId ?? null,
  };
}

export function toJob({ error_code: code, error_message: message, output_id: outputId, config, ready: _ready, ...row }: JobsTable): Job {
  return {
    ...row,
    config: JSON.parse(config) as Record<string, unknown>,
    ...(code !== null && { error: { code: code as ErrorCode, message: message ?? '' } }),
    ...(outputId !== null && { output_id: outputId }),
  };
}
