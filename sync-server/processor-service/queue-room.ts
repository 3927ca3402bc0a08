import { RectoError } from '#schemas/errors.ts';
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

/** A book of so many chapters, asked for at once. */
const MAX_OF_USER = 10_000;
const RETRY_MS = 60_000;

/** Refuses a user's next wish where too many of theirs wait. @throws RectoError rate_limited */
export function createUserRoom(database: Database): (userId: string) => Promise<void> {
  const count = database.sqlite
    .prepare<[string, number], number>(`SELECT count(*) FROM (SELECT 1 FROM jobs WHERE user_id = ? AND state = 'queued' LIMIT ?)`)
    .pluck();
  return async (userId) => {
    if (((await database.exclusive(() => count.get(userId, MAX_OF_USER))) ?? 0) < MAX_OF_USER) return;
    throw new RectoError('rate_limited', `${MAX_OF_USER} of your jobs wait already: let some of them end, or cancel them, then ask again.`, { retryAfterMs: RETRY_MS });
  };
}
