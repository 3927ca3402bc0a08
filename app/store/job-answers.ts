/**
 * What providers answered for this library's jobs, until they have ended: a killed app pays for no passage twice. It stays on this
 * computer. What a dead job was answered is kept a while, since the author may have it tried again.
 */
import type { RxCollection } from 'rxdb';
import type { ModelAnswer } from '#processors/contract/processor.ts';
import type { AnswerStore } from '#processors/contract/runner.ts';
import type { Job } from '#processors/orchestrator/ports.ts';
import type { StateRow } from './collections.ts';
import { dropRows, putRow, readRowsOf } from './state-rows.ts';

export interface JobAnswers {
  of(job: Pick<Job, 'id'>): AnswerStore;
  /** Forgets them where the job has ended so that it will not be taken up again. @throws RectoError storage_full, storage_failed */
  noteEnd(job: Job): Promise<void>;
  /** Forgets what is left of jobs that ended while nobody looked. @throws RectoError storage_full, storage_failed */
  sweep(readJob: (id: string) => Promise<Job | null>, now: number): Promise<void>;
}

const PREFIX = 'answer/';
/** A dead job that nobody had tried again for so long is given up. */
const DEAD_MS = 30 * 24 * 3_600_000;

const prefixOf = (jobId: string): string => `${PREFIX}${jobId.slice(0, 32)}/`;

export function createJobAnswers(collection: RxCollection<StateRow>): JobAnswers {
  const drop = async (jobId: string): Promise<void> => dropRows(collection, await readRowsOf(collection, prefixOf(jobId)));
  return {
    of({ id: jobId }) {
      // Ids of rows have at most 100 characters; half of each hash is more than enough to tell them apart.
      const idOf = (key: string): string => `${prefixOf(jobId)}${key.slice(0, 32)}`;
      return {
        async get(key) {
          const [row] = await collection.storageInstance.findDocumentsById([idOf(key)], false);
          return row ? (row.value as { answer: ModelAnswer }).answer : null;
        },
        set: (key, answer) => putRow(collection, idOf(key), { job_id: jobId, answer }),
      };
    },
    async noteEnd(job) {
      if (isOver(job)) await drop(job.id);
    },
    async sweep(readJob, now) {
      const rows = await readRowsOf(collection, PREFIX);
      for (const jobId of new Set(rows.map(({ value }) => (value as { job_id: string }).job_id))) {
        const job = await readJob(jobId);
        if (!job || isOver(job) || (job.state === 'dead' && now - job.updated_at > DEAD_MS)) await drop(jobId);
      }
    },
  };
}

function isOver({ state }: Job): boolean {
  return state === 'done' || state === 'cancelled' || state === 'superseded';
}
