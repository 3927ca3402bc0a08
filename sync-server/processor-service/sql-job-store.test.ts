import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeJob, runJobStoreAcceptance } from '#processors/orchestrator/job-store.acceptance.ts';
import { openDatabase, type Database } from '../db/database.ts';
import { prepareJobStatements } from './job-statements.ts';
import { createSqlJobStore } from './sql-job-store.ts';

runJobStoreAcceptance('SQL', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'recto-jobs-'));
  const database = openDatabase(join(folder, 'recto.db'));
  return {
    store: createSqlJobStore(database),
    close: async () => {
      await database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
});

describe('the store of jobs: SQL, in particular', () => {
  let database: Database;
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'recto-jobs-'));
    database = openDatabase(join(folder, 'recto.db'));
  });
  afterEach(async () => {
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const failuresOf = (id: string): unknown[] => database.sqlite.prepare('SELECT attempt, error_code FROM job_failures WHERE job_id = ? ORDER BY rowid').raw().all(id);

  it('answers each question of the queue from an index, however many jobs wait', () => {
    const statements = prepareJobStatements(database);
    for (const name of ['update', 'supersede', 'ripen', 'nextUser', 'ready', 'lapsed', 'running', 'take', 'nextDelayed', 'nextLapse', 'release'] as const) {
      const { source } = statements[name] as { source: string };
      const plan = database.sqlite.prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${source.replace(/@\w+|\?/g, 'NULL')}`).all();
      const details = plan.map(({ detail }) => detail).filter((detail) => detail.includes('jobs'));
      expect(details, name).not.toEqual([]);
      for (const detail of details) expect(detail, name).toMatch(/^(SEARCH|SCAN) jobs USING (COVERING )?INDEX/);
      // Running jobs are few, and sorted.
      const sorts = plan.filter(({ detail }) => detail.includes('TEMP B-TREE') && name !== 'running' && name !== 'lapsed');
      expect(sorts, name).toEqual([]);
    }
  });

  it('serves each of hundreds of users before it serves anyone thrice', async () => {
    const store = createSqlJobStore(database);
    const users = Array.from({ length: 150 }, (_, index) => `u${index}`);
    for (const [index, user_id] of users.entries()) {
      for (let job = 0; job < 6; job++) await store.add(makeJob(`${user_id}-${job}`, { user_id, created_at: makeJob('').created_at + ((index * 37) % 150) + job }));
    }
    const served = new Map<string, number>();
    let most = 0;
    while (served.size < users.length) {
      const [job] = await store.take({ now: makeJob('').not_before, leaseMs: 1_000, free: new Map([['p1', 1]]), perUser: Infinity });
      await store.update({ ...job!, state: 'done' }, { state: 'running', attempts: 1 });
      served.set(job!.user_id, (served.get(job!.user_id) ?? 0) + 1);
      most = Math.max(most, served.get(job!.user_id)!);
    }
    expect(most).toBeLessThan(3);
  });

  it('keeps the error of each attempt that failed, also where its worker or the server died', async () => {
    const store = createSqlJobStore(database);
    await store.add(makeJob('j'));
    const take = async (now: number) => (await store.take({ now, leaseMs: 100, free: new Map([['p1', 1]]), perUser: Infinity }))[0]!;
    const [at, error] = [makeJob('j').not_before, { code: 'network', message: 'No connection.' } as const];
    await store.update({ ...(await take(at)), state: 'queued', error }, { state: 'running', attempts: 1 });
    // Given back by a worker that stops: no failure, though the job still has the error of the attempt before.
    await store.update({ ...(await take(at)), state: 'queued', attempts: 1 }, { state: 'running', attempts: 2 });
    await take(at);
    await take(at + 100);
    await store.releaseRunning(at + 101);
    const last = await take(at + 101);
    await store.update({ ...last, state: 'dead', error }, { state: 'running', attempts: last.attempts });
    expect(failuresOf('j')).toEqual([[1, 'network'], [2, 'processor_crashed'], [3, 'processor_crashed'], [4, 'network']]);
  });

  it('keeps paid answers until the job ends, but for a dead letter, which may be tried again', async () => {
    const store = createSqlJobStore(database);
    for (const state of ['done', 'cancelled', 'dead', 'queued'] as const) {
      await store.add(makeJob(state));
      database.sqlite.prepare('INSERT INTO job_answers VALUES (?, ?, ?)').run(state, 'key', '{}');
      await store.update(makeJob(state, { state }), { state: 'queued', attempts: 0 });
    }
    expect(database.sqlite.prepare('SELECT job_id FROM job_answers ORDER BY job_id').pluck().all()).toEqual(['dead', 'queued']);
    // What a newer draft superseded has ended too.
    await store.supersedeOlder({ ...makeJob('queued'), version: makeJob('queued').blob_version + 1, now: makeJob('queued').updated_at });
    expect(database.sqlite.prepare('SELECT job_id FROM job_answers').pluck().all()).toEqual(['dead']);
  });
});
