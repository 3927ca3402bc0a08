import type { Database } from '../db/database.ts';

/** More jobs of one processor than this are not queued by events: the events wait in the stream. */
const MAX_QUEUED = 10_000;

/** How many jobs of a processor events may still queue; at least 0. */
export function createQueueRoom(database: Database): (processorId: string) => Promise<number> {
  const count = database.sqlite
    .prepare<[string, number], number>(`SELECT count(*) FROM (SELECT 1 FROM jobs WHERE state = 'queued' AND processor_id = ? LIMIT ?)`)
    .pluck();
  return (processorId) => database.exclusive(() => MAX_QUEUED - (count.get(processorId, MAX_QUEUED) ?? 0));
}
