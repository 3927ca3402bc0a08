import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ModelAnswer } from '#processors/contract/processor.ts';
import { makeJob } from '#processors/orchestrator/job-store.acceptance.ts';
import { createSimulatedClock } from '#processors/orchestrator/test-support/memory-ports.ts';
import { openDatabase, type Database } from '../db/database.ts';
import { createJobRecords, type JobRecords } from './job-records.ts';
import { pruneJobs } from './prune-jobs.ts';
import { createSqlJobStore } from './sql-job-store.ts';

let folder: string;
let database: Database;
let records: JobRecords;
const clock = createSimulatedClock();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recto-records-'));
  database = openDatabase(join(folder, 'recto.db'));
  records = createJobRecords(database, () => clock.now());
});
afterEach(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

const count = (table: string): unknown => database.sqlite.prepare(`SELECT count(*) FROM ${table}`).pluck().get();
const ANSWER: ModelAnswer = { text: 'It rained.', provider: 'p', model: 'm', temperature: 0.7, inputTokens: 3, outputTokens: 4, finishReason: 'stop' };

it('keeps what was answered for a job, also for the server’s next start', async () => {
  await records.answersOf(makeJob('j')).set('key', ANSWER);
  await database.close();
  database = openDatabase(join(folder, 'recto.db'));
  const later = createJobRecords(database, Date.now);
  expect(await later.answersOf(makeJob('j')).get('key')).toEqual(ANSWER);
  expect([await later.answersOf(makeJob('j')).get('other'), await later.answersOf(makeJob('k')).get('key')]).toEqual([null, null]);
});

it('adds up what answers took', async () => {
  const usage = { provider: 'p', model: 'm', input_tokens: 10, output_tokens: 20, cost: 0.5 };
  await records.noteUsage(makeJob('j'), usage);
  await records.noteUsage(makeJob('j'), { ...usage, cost: null });
  expect(database.sqlite.prepare('SELECT sum(input_tokens) AS input, sum(cost) AS cost, max(used_at) AS at FROM usage WHERE user_id = ?').get('u1')).toEqual({ input: 20, cost: 0.5, at: clock.now() });
});

it('removes jobs that ended a month ago with all that is kept of them, and no others', async () => {
  const store = createSqlJobStore(database);
  const old = clock.now() - 31 * 24 * 3_600_000;
  for (const state of ['done', 'superseded', 'cancelled', 'dead', 'queued', 'running'] as const) await store.add(makeJob(state, { state, updated_at: old }));
  await store.add(makeJob('young', { state: 'done', updated_at: clock.now() - 29 * 24 * 3_600_000 }));
  await database.transaction(() => {
    for (let index = 0; index < 1_200; index++) database.sqlite.prepare('INSERT INTO jobs SELECT ?, user_id, processor_id, blob_id, blob_version, config, priority, state, attempts, not_before, lease_until, error_code, error_message, output_id, created_at, updated_at, ready FROM jobs WHERE id = ?').run(`old${index}`, 'done');
    database.sqlite.exec(`INSERT INTO job_failures VALUES ('done', 1, 'network', 'x', 0), ('dead', 1, 'network', 'x', 0)`);
  });
  const stop = pruneJobs({ records, clock, onFailure: (error) => expect.fail(String(error)) });
  await expect.poll(() => count('jobs')).toBe(4);
  expect(database.sqlite.prepare('SELECT id FROM jobs ORDER BY id').pluck().all()).toEqual(['dead', 'queued', 'running', 'young']);
  expect(await records.failuresOf(['done', 'dead'])).toEqual(new Map([['done', []], ['dead', [{ attempt: 1, code: 'network', message: 'x', at: '1970-01-01T00:00:00.000Z' }]]]));
  // Two days later, without a restart.
  await clock.advance(2 * 24 * 3_600_000);
  await expect.poll(() => count('jobs')).toBe(3);
  await stop();
  await records.drop('dead');
  expect([count('jobs'), count('job_failures')]).toEqual([2, 0]);
});
