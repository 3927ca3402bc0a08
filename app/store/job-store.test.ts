import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeJob, runJobStoreAcceptance } from '#processors/orchestrator/job-store.acceptance.ts';
import { createTestPlatform, STORAGES } from '../test-support/test-platform.ts';
import type { LibraryDatabase } from './collections.ts';
import { createJobStore } from './job-store.ts';
import { openLibraryDatabase } from './open-database.ts';

let opened = 0;

async function openStore(createStorage: () => ReturnType<(typeof STORAGES)['memory']>) {
  opened += 1;
  const database = await openLibraryDatabase(createTestPlatform({ storage: createStorage() }), `recto-jobs-${opened}`);
  return { database, store: createJobStore(database.jobs), close: async () => void (await database.close()) };
}

for (const [name, createStorage] of Object.entries(STORAGES)) runJobStoreAcceptance(`RxDB on ${name}`, () => openStore(createStorage));

describe('jobs that a window left behind', () => {
  let database: LibraryDatabase;
  let store: ReturnType<typeof createJobStore>;
  beforeAll(async () => void ({ database, store } = await openStore(STORAGES.memory)));
  afterAll(async () => database.close());

  it('are queued at once when the next window takes over, and their attempt counts', async () => {
    const job = makeJob('left');
    await store.add(job);
    const take = (now: number) => store.take({ now, leaseMs: 60_000, free: new Map([['p1', 1]]), perUser: Infinity });
    await take(job.not_before);
    expect(await take(job.not_before + 1)).toEqual([]);
    await store.releaseRunning(job.not_before + 1);
    expect((await store.waiting()).map(({ state }) => state)).toEqual(['queued']);
    expect(await take(job.not_before + 1)).toMatchObject([{ id: 'left', attempts: 2 }]);
  });
});
