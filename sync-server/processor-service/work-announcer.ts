import type { Clock, Job } from '#processors/orchestrator/ports.ts';
import type { Database } from '../db/database.ts';

export interface WorkAnnouncer {
  /** A job that has just changed its state. */
  noteJob(job: Job): void;
  start(): void;
  stop(): void;
}

export interface WorkAnnouncerOptions {
  database: Database;
  clock: Clock;
  /** Whether workers elsewhere may take the processor's jobs. */
  isRemote(processorId: string): boolean;
  /** Wakes one worker, if one listens. */
  announce(processorId: string): void;
}

/** What was announced to nobody, is due again after a failure, or waits since the last start, is announced this often. */
const REPEAT_MS = 2_000;
const MAX_REPEATED = 20;

/** Says that there is work to workers that wait without a request: at once for a new job, and again while jobs stay due. */
export function createWorkAnnouncer({ database, clock, isRemote, announce }: WorkAnnouncerOptions): WorkAnnouncer {
  const nextReady = database.sqlite.prepare<[after: string], string>(
    `SELECT processor_id FROM jobs WHERE state = 'queued' AND ready = 1 AND processor_id > ? ORDER BY processor_id LIMIT 1`,
  ).pluck();
  const countReady = database.sqlite.prepare<[processorId: string, limit: number], number>(
    `SELECT count(*) FROM (SELECT 1 FROM jobs WHERE state = 'queued' AND ready = 1 AND processor_id = ? LIMIT ?)`,
  ).pluck();
  const ripe = database.sqlite.prepare<[now: number], { processor_id: string; count: number }>(
    `SELECT processor_id, count(*) AS count FROM jobs WHERE state = 'queued' AND ready = 0 AND not_before <= ? GROUP BY processor_id`,
  );
  let cancel = (): void => {};

  const repeat = (): void => {
    const announceAll = (id: string, count: number): void => {
      if (isRemote(id)) for (let times = Math.min(count, MAX_REPEATED); times > 0; times -= 1) announce(id);
    };
    // From one processor to the next, and no further than what is announced: a hundred thousand may wait.
    for (let id = nextReady.get(''); id !== undefined; id = nextReady.get(id)) announceAll(id, countReady.get(id, MAX_REPEATED) ?? 0);
    for (const { processor_id: id, count } of ripe.all(clock.now())) announceAll(id, count);
    cancel = clock.after(REPEAT_MS, repeat);
  };

  return {
    noteJob: ({ state, processor_id, not_before }) => {
      if (state === 'queued' && not_before <= clock.now() && isRemote(processor_id)) announce(processor_id);
    },
    start: repeat,
    stop: () => cancel(),
  };
}
