import type { BlobReader, BlobWriter } from '#processors/orchestrator/ports.ts';
import type { Blob } from '#schemas/generated/types.ts';
import type { Database } from '../db/database.ts';
import type { BlobStore } from '../state-service/blob-store.ts';
import { prepareJobStatements, updateJob } from './sql-job-store.ts';

/** The orchestrator's reader and writer of blobs. A derived blob, its event and its job's end are one transaction. */
export function createSqlBlobPorts(database: Database, store: BlobStore): BlobReader & BlobWriter {
  const jobs = prepareJobStatements(database);
  return {
    read: async (userId, id) => {
      const stored = await store.read(userId, id);
      return stored ? (JSON.parse(stored.doc) as Blob) : null;
    },
    writeDerived: ({ blob, also }, job) =>
      store.write(blob.user_id, (transaction) => {
        // Also where another worker has the job now: the id makes its result the same blob, which stands then.
        updateJob(jobs, job, { state: 'running', attempts: job.attempts });
        if (transaction.get(blob.id)) return 'existed';
        for (const side of also) if (!transaction.get(side.id)) transaction.put(side);
        transaction.put(blob);
        return 'stored';
      }),
  };
}
