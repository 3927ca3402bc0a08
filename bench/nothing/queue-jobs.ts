import { join } from 'node:path';
import { jobId } from '#processors/orchestrator/ids.ts';
import { openDatabase } from '#sync-server/db/database.ts';
import { createSqlJobStore } from '#sync-server/processor-service/sql-job-store.ts';
import { createBlobStore } from '#sync-server/state-service/blob-store.ts';
import { NOTHING } from './nothing.ts';

const USERS = 20;

/** Makes a server's file in which so many jobs of the processor wait, of twenty users. */
export async function queueJobs(dataDir: string, count: number): Promise<void> {
  const database = openDatabase(join(dataDir, 'recto.db'));
  const store = createBlobStore({ database, onCommit() {} });
  const jobs = createSqlJobStore(database);
  const now = Date.now();
  const at = new Date(now).toISOString();
  const queue = async (index: number): Promise<void> => {
    const [user_id, blob_id] = [`user-${index % USERS}`, `draft-${index}`];
    const data = { content: `The ship number ${index} sailed into the storm.` };
    await store.write(user_id, ({ put }) =>
      put({ id: blob_id, user_id, processor_id: 'user-input', schema_id: 'text-input-v1', data, tags: [], version: 1, created_at: at, updated_at: at, deleted: false }));
    const wish = { user_id, processor_id: NOTHING.manifest.id, blob_id, blob_version: 1, config: {} };
    await jobs.add({ ...wish, id: jobId(wish), priority: 0, state: 'queued', attempts: 0, not_before: now, lease_until: 0, created_at: now + index, updated_at: now });
  };
  for (let from = 0; from < count; from += 1_000) await Promise.all(Array.from({ length: Math.min(1_000, count - from) }, (_, index) => queue(from + index)));
  // Their jobs are there: the events have had their effect.
  await database.query.deleteFrom('outbox').execute();
  await database.close();
}
