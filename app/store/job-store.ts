/** The orchestrator's JobStore on RxDB. A row that another window changed first gives a conflict, and is looked at again. */
import { normalizeMangoQuery, prepareQuery, type RxCollection, type RxDocumentData } from 'rxdb';
import { earliestDue, FairShare, toQueues } from '#processors/orchestrator/fair-share.ts';
import type { Job, JobState, JobStore } from '#processors/orchestrator/ports.ts';
import { toStorageError } from './storage-error.ts';

type Row = RxDocumentData<Job>;

const WAITING: readonly JobState[] = ['queued', 'running'];
const ENDED: readonly JobState[] = ['done', 'dead'];

export interface LibraryJobStore extends JobStore {
  /** Jobs that have not ended. */
  waiting(): Promise<Job[]>;
  /** Jobs that are done or have failed for good, the newest first. */
  ended(limit: number): Promise<Job[]>;
}

export function createJobStore(collection: RxCollection<Job>): LibraryJobStore {
  const storage = collection.storageInstance;
  const share = new FairShare();

  const readRow = async (id: string): Promise<Row | null> => (await storage.findDocumentsById([id], false))[0] ?? null;

  /** False: someone else wrote it first. */
  async function write(previous: Row | undefined, job: Job): Promise<boolean> {
    const document = previous ? { ...previous, ...job } : { ...job, _deleted: false, _attachments: {}, _rev: '', _meta: { lwt: 0 } };
    // A job that is queued anew must not keep what its last end left in it.
    if (previous && job.error === undefined) delete document.error;
    if (previous && job.output_id === undefined) delete document.output_id;
    try {
      const { error } = await storage.bulkWrite([previous ? { previous, document } : { document }], 'recto');
      const [failure] = error;
      if (failure && failure.status !== 409) throw failure;
      return !failure;
    } catch (thrown) {
      throw toStorageError(thrown);
    }
  }

  async function rowsIn(states: readonly JobState[]): Promise<Row[]> {
    const found = states.map(async (state) => {
      const query = normalizeMangoQuery<Row>(storage.schema, {
        selector: { _deleted: { $eq: false }, state: { $eq: state } },
        index: ['_deleted', 'state', 'id'],
      });
      return (await storage.query(prepareQuery<Job>(storage.schema, query))).documents;
    });
    return (await Promise.all(found)).flat();
  }

  return {
    add: (job) => write(undefined, job),
    async get(id) {
      const row = await readRow(id);
      return row ? toJob(row) : null;
    },
    async take({ now, leaseMs, free, perUser }) {
      for (;;) {
        const { queues, running } = toQueues(await rowsIn(WAITING), now);
        const rows = share.choose(queues, { free, perUser, running });
        const taken: Job[] = [];
        for (const row of rows) {
          const job: Job = { ...toJob(row), state: 'running', attempts: row.attempts + 1, lease_until: now + leaseMs, updated_at: now };
          if (await write(row, job)) taken.push(job);
        }
        // None, where others have taken all that was chosen: there may be more.
        if (taken.length > 0 || rows.length === 0) return taken;
      }
    },
    async update(job, expected) {
      for (;;) {
        const row = await readRow(job.id);
        if (!row || row.state !== expected.state || row.attempts !== expected.attempts) return false;
        if (await write(row, job)) return true;
      }
    },
    async supersedeOlder({ user_id, processor_id, blob_id, version, now }) {
      for (const row of await rowsIn(['queued'])) {
        const isOlder = row.user_id === user_id && row.processor_id === processor_id && row.blob_id === blob_id && row.blob_version < version;
        // One that was taken meanwhile is no longer queued, and runs on the newest version anyway.
        if (isOlder) await write(row, { ...toJob(row), state: 'superseded', updated_at: now });
      }
    },
    async nextDue({ after, processorIds }) {
      return earliestDue((await rowsIn(WAITING)).filter((row) => processorIds.includes(row.processor_id)), after);
    },
    async waiting() {
      return (await rowsIn(WAITING)).map(toJob);
    },
    async ended(limit) {
      return (await rowsIn(ENDED)).toSorted((a, b) => b.updated_at - a.updated_at).slice(0, limit).map(toJob);
    },
    async releaseRunning(now) {
      for (const row of await rowsIn(['running'])) {
        await write(row, { ...toJob(row), state: 'queued', not_before: now, lease_until: 0, updated_at: now });
      }
    },
  };
}

export function toJob(row: Row): Job {
  const { _deleted, _attachments, _rev, _meta, ...job } = row;
  return job;
}
