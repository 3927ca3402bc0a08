import type { Database as Sqlite } from 'better-sqlite3';
import { findThinnedOut, type PastVersion } from '#processors/contract/version-ladder.ts';
import type { Clock } from '#processors/orchestrator/ports.ts';
import type { Database } from '../db/database.ts';
import { repeatTask } from '../repeat-task.ts';

/** The newest that all stay for a day, and how close together older ones may be: a day of typing stores thousands. */
const DENSE = 1000;
const SPARSE_MS = 5 * 60_000;
const EVERY_MS = 6 * 3_600_000;
/** Blobs in one transaction. */
const BATCH = 100;

/** Removes what of a blob's past versions the ladder does not keep; within a transaction. `now`: milliseconds since the epoch. */
export type Thin = (userId: string, blobId: string, now: number) => void;

export function prepareThinning(sqlite: Sqlite): Thin {
  const list = sqlite.prepare<[string, string], { seq: number; replaced_at: string }>('SELECT seq, replaced_at FROM blob_versions WHERE user_id = ? AND blob_id = ? ORDER BY seq DESC');
  const remove = prepareRemoval(sqlite);
  return (userId, blobId, now) => {
    const versions = list.all(userId, blobId).map(({ seq, replaced_at: at }) => ({ id: String(seq), at: Date.parse(at) || 0 }));
    for (const seq of new Set([...findThinnedOut(versions, now), ...findCrowded(versions)])) remove(userId, blobId, Number(seq));
  };
}

/** @returns its bytes */
function prepareRemoval(sqlite: Sqlite): (userId: string, blobId: string, seq: number) => number {
  const remove = sqlite.prepare<[string, string, number], number>('DELETE FROM blob_versions WHERE user_id = ? AND blob_id = ? AND seq = ? RETURNING octet_length(doc)').pluck();
  const count = sqlite.prepare('UPDATE user_sequences SET history_size = history_size - ? WHERE user_id = ?');
  return (userId, blobId, seq) => {
    const bytes = remove.get(userId, blobId, seq) ?? 0;
    count.run(bytes, userId);
    return bytes;
  };
}

/** Of the bound, so that not each write looks for the oldest. */
const ROOM_MADE = 0.02;

/**
 * Removes the oldest of a user's past versions where all of them, `size` bytes, are more than `bound`; within a transaction. The ladder
 * bounds how many there are of a text, and nothing how many texts there are and how large: who rewrites large ones would fill the disk.
 */
export function prepareHistoryBound(sqlite: Sqlite): (userId: string, size: number, bound: number) => void {
  const oldest = sqlite.prepare<[string], { blob_id: string; seq: number }>('SELECT blob_id, seq FROM blob_versions WHERE user_id = ? ORDER BY replaced_at, seq');
  const remove = prepareRemoval(sqlite);
  return (userId, size, bound) => {
    if (size <= bound) return;
    let left = size;
    for (const { blob_id: blobId, seq } of oldest.all(userId)) {
      if (left <= bound * (1 - ROOM_MADE)) return;
      left -= remove(userId, blobId, seq);
    }
  };
}

/** @param versions the newest first */
function findCrowded(versions: readonly PastVersion[]): string[] {
  let last = -1;
  return versions.slice(DENSE).flatMap(({ id, at }) => {
    const stretch = Math.floor(at / SPARSE_MS);
    if (stretch === last) return [id];
    last = stretch;
    return [];
  });
}

/** Thins out the past versions of every blob, some blobs at a time. */
export async function thinAllVersions(database: Database, now: number, isStopped = (): boolean => false): Promise<void> {
  const thin = prepareThinning(database.sqlite);
  const next = database.sqlite.prepare<[string, string], { user_id: string; blob_id: string; versions: number }>(
    `SELECT user_id, blob_id, count(*) AS versions FROM blob_versions WHERE (user_id, blob_id) > (?, ?) GROUP BY user_id, blob_id ORDER BY user_id, blob_id LIMIT ${BATCH}`);
  let last = { user_id: '', blob_id: '' };
  for (let more = true; more && !isStopped(); ) {
    const blobs = await database.exclusive(() => next.all(last.user_id, last.blob_id));
    const several = blobs.filter(({ versions }) => versions > 1);
    if (several.length > 0) await database.transaction(() => several.forEach(({ user_id: userId, blob_id: blobId }) => thin(userId, blobId, now)));
    more = blobs.length === BATCH;
    last = blobs.at(-1) ?? last;
  }
}

/** Does it now and every six hours. @returns how to stop it */
export function startThinning({ database, clock, onFailure }: { database: Database; clock: Clock; onFailure(error: unknown): void }): () => Promise<void> {
  return repeatTask({ clock, everyMs: EVERY_MS, run: (isStopped) => thinAllVersions(database, clock.now(), isStopped), onFailure });
}
