import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeJob } from '#processors/orchestrator/job-store.acceptance.ts';
import { openDatabase } from '../db/database.ts';
import { createSqlJobStore } from './sql-job-store.ts';
import { createWorkAnnouncer } from './work-announcer.ts';

it('wakes a worker for each new job, and again while jobs are due; for those of workers elsewhere alone', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'recto-announcer-'));
  const database = openDatabase(join(folder, 'recto.db'));
  const jobs = createSqlJobStore(database);
  const announced: string[] = [];
  let now = 1000;
  let tick = (): void => {};
  const announcer = createWorkAnnouncer({
    database,
    clock: { now: () => now, after: (_ms, callback) => ((tick = callback), () => (tick = () => announced.push('after its stop'))) },
    isRemote: (id) => id !== 'local',
    announce: (id) => announced.push(id),
  });
  const add = async (id: string, processor_id: string, not_before: number): Promise<void> => {
    const job = makeJob(id, { processor_id, not_before, blob_id: id, updated_at: now });
    await jobs.add(job);
    announcer.noteJob(job);
  };
  await add('due', 'remote', 1000);
  await add('later', 'remote', 5000);
  await add('own', 'local', 1000);
  announcer.noteJob(makeJob('runs', { processor_id: 'remote', state: 'running', not_before: 1000 }));
  expect(announced).toEqual(['remote']);
  announcer.start();
  expect(announced).toEqual(['remote', 'remote']);
  now = 5000;
  tick();
  expect(announced).toEqual(['remote', 'remote', 'remote', 'remote']);
  // However many wait, a handful is announced, and no more than that is read.
  database.sqlite.exec(`
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000)
    INSERT INTO jobs (id, user_id, processor_id, blob_id, blob_version, config, priority, state, attempts, not_before, lease_until, created_at, updated_at)
    SELECT 'many' || i, 'u1', 'second', 'b', 1, '{}', 0, 'queued', 0, 0, 0, 0, 0 FROM n`);
  announced.length = 0;
  const started = process.cpuUsage();
  for (let times = 0; times < 20; times += 1) tick();
  expect(process.cpuUsage(started).user).toBeLessThan(500_000);
  expect(announced.slice(0, 22).toSorted()).toEqual(['remote', 'remote', ...Array.from({ length: 20 }, () => 'second')]);
  announcer.stop();
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});
