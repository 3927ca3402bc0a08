import type { Statement } from 'better-sqlite3';
import type { Job, JobStore } from '#processors/orchestrator/ports.ts';
import type { ErrorCode } from '#schemas/errors.ts';
import type { Database } from '../db/database.ts';
import type { JobsTable } from '../db/tables.ts';

/** The orchestrator's job store in the server's database. */
export function createSqlJobStore(database: Database): JobStore {
  const statements = prepareJobStatements(database);
  return {
    add: (job) => database.transaction(() => statements.add.run(toRow(job)).changes === 1),
    get: (id) =>
      database.exclusive(() => {
        const row = statements.get.get(id);
        return row ? toJob(row) : null;
      }),
    take: ({ now, leaseMs, processorIds }) =>
      database.transaction(() => {
        const row = statements.take.get({ now, lease_until: now + leaseMs, processors: JSON.stringify(processorIds) });
        return row ? toJob(row) : null;
      }),
    update: (job, expected) => database.transaction(() => updateJob(statements, job, expected)),
    supersedeOlder: (options) =>
      database.transaction(() => {
        statements.supersede.run(options);
      }),
    nextDue: (processorIds) => database.exclusive(() => statements.nextDue.get(JSON.stringify(processorIds)) ?? null),
  };
}

export interface JobStatements {
  add: Statement<[JobsTable]>;
  get: Statement<[string], JobsTable>;
  take: Statement<[{ now: number; lease_until: number; processors: string }], JobsTable>;
  update: Statement<[JobsTable & { expected_state: string; expected_attempts: number }]>;
  supersede: Statement<[{ user_id: string; processor_id: string; blob_id: string; version: number; now: number }]>;
  nextDue: Statement<[string], number | null>;
}

export function prepareJobStatements({ sqlite }: Database): JobStatements {
  return {
    add: sqlite.prepare(`
      INSERT INTO jobs (id, user_id, processor_id, blob_id, blob_version, config, priority, state, attempts, not_before, lease_until,
        error_code, error_message, output_id, created_at, updated_at)
      VALUES (@id, @user_id, @processor_id, @blob_id, @blob_version, @config, @priority, @state, @attempts, @not_before, @lease_until,
        @error_code, @error_message, @output_id, @created_at, @updated_at)
      ON CONFLICT (id) DO NOTHING`),
    get: sqlite.prepare('SELECT * FROM jobs WHERE id = ?'),
    take: sqlite.prepare(`
      UPDATE jobs SET state = 'running', attempts = attempts + 1, lease_until = @lease_until, updated_at = @now
      WHERE id = (
        SELECT id FROM jobs
        WHERE state IN ('queued', 'running') AND processor_id IN (SELECT value FROM json_each(@processors))
          AND ((state = 'queued' AND not_before <= @now) OR (state = 'running' AND lease_until <= @now))
        ORDER BY priority DESC, created_at, id LIMIT 1)
      RETURNING *`),
    update: sqlite.prepare(`
      UPDATE jobs SET config = @config, priority = @priority, state = @state, attempts = @attempts, not_before = @not_before,
        lease_until = @lease_until, error_code = @error_code, error_message = @error_message, output_id = @output_id, created_at = @created_at, updated_at = @updated_at
      WHERE id = @id AND state = @expected_state AND attempts = @expected_attempts`),
    supersede: sqlite.prepare(`
      UPDATE jobs SET state = 'superseded', updated_at = @now
      WHERE user_id = @user_id AND blob_id = @blob_id AND processor_id = @processor_id AND blob_version < @version AND state = 'queued'`),
    nextDue: sqlite
      .prepare(`
        SELECT min(CASE state WHEN 'queued' THEN not_before ELSE lease_until END) FROM jobs
        WHERE state IN ('queued', 'running') AND processor_id IN (SELECT value FROM json_each(?))`)
      .pluck() as unknown as JobStatements['nextDue'],
  };
}

/** True when the job was still as expected, and is now as given. Within the caller's transaction. */
export function updateJob(statements: JobStatements, job: Job, expected: { state: string; attempts: number }): boolean {
  return statements.update.run({ ...toRow(job), expected_state: expected.state, expected_attempts: expected.attempts }).changes === 1;
}

function toRow({ error, output_id: outputId, config, ...job }: Job): JobsTable {
  return {
    ...job,
    config: JSON.stringify(config),
    error_code: error?.code ?? null,
    error_message: error?.message ?? null,
    output_id: outputId ?? null,
  };
}

export function toJob({ error_code: code, error_message: message, output_id: outputId, config, ...row }: JobsTable): Job {
  return {
    ...row,
    config: JSON.parse(config) as Record<string, unknown>,
    ...(code !== null && { error: { code: code as ErrorCode, message: message ?? '' } }),
    ...(outputId !== null && { output_id: outputId }),
  };
}
