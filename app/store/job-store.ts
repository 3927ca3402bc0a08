/** The orchestrator's JobStore on RxDB. A row that another window changed first gives a conflict, and is looked at again. */
import { normalizeMangoQuery, prepareQuery, type RxCollection, type RxDocumentData } from 'rxdb';
import type { Job, JobState, JobStore } from '#processors/orchestrator/ports.ts';
import { toStorageError } from './storage-error.ts';

type Row = RxDocumentData<Job>;

const WAITING: readonly JobState[] = ['queued', 'running'];

export interface LibraryJobStore extends JobStore {
  /** Jobs that have not ended. */
  waiting(): Promise<Job[]>;
  /**
   * Gives back what a window that is gone was running; the attempt counts, so that a job that brings the window down
   * does not do so for ever. Only the one window that runs jobs may call it.
   */
  releaseRunning(now: number): Promise<void>;
}

export function createJobStore(collection: RxCollection<Job>): LibraryJobStore {
  const storage = collection.storageInstance;

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
    async take({ now, leaseMs, processorIds }) {
      for (;;) {
        const [first] = (await rowsIn(WAITING))
          .filter((row) => processorIds.includes(row.processor_id) && isDue(row, now))
          .toSorted((a, b) => b.priority - a.priority || a.created_at - b.created_at || (a.id < b.id ? -1 : 1));
        if (!first) return null;
        const job: Job = { ...toJob(first), state: 'running', attempts: first.attempts + 1, lease_until: now + leaseMs, updated_at: now };
        if (await write(first, job)) return job;
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
    async nextDue(processorIds) {
      const times = (await rowsIn(WAITING))
        .filter((row) => processorIds.includes(row.processor_id))
        .map((row) => (row.state === 'queued' ? row.not_before : row.lease_until));
      return times.length > 0 ? Math.min(...times) : null;
    },
    async waiting() {
      return (await rowsIn(WAITING)).map(toJob);
    },
    async releaseRunning(now) {
      for (const row of await rowsIn(['running'])) {
        await write(row, { ...toJob(row), state: 'queued', not_before: now, lease_until: 0, updated_at: now });
      }
    },
  };
}

function isDue(row: Row, now: number): boolean {
  return (row.state === 'queued' && row.not_before <= now) || (row.state === 'running' && row.lease_until <= now);
}

export function toJob(row: Row): Job {
  const { _deleted, _attachments, _rev, _meta, ...job } = row;
  return job;
}
