import type { Clock } from '#processors/orchestrator/ports.ts';
import type { Database } from '../db/database.ts';
import { repeatTask } from '../repeat-task.ts';

/** A device that was away longer compares everything (see pull-page.ts). */
export const TOMBSTONES_KEPT_MS = 180 * 24 * 3_600_000;
const EVERY_MS = 24 * 3_600_000;
/** Tombstones in one transaction: nobody waits long for it. */
const BATCH = 500;

/**
 * Notes how far each user's sequence is now, and removes the tombstones, with their past versions, that were there before the
 * newest such note of 180 days ago. Their age is told by the server's clock alone: a device's may be wrong by years.
 * @param now milliseconds since the epoch
 */
export async function purgeTombstones(database: Database, now: number, isStopped = (): boolean => false): Promise<void> {
  const { sqlite } = database;
  const mark = sqlite.prepare('INSERT INTO sequence_marks (user_id, seq, marked_at) SELECT user_id, seq, ? FROM user_sequences WHERE true ON CONFLICT DO NOTHING');
  const due = sqlite.prepare<[number], { user_id: string; seq: number }>('SELECT user_id, max(seq) AS seq FROM sequence_marks WHERE marked_at <= ? GROUP BY user_id');
  const forget = sqlite.prepare('DELETE FROM sequence_marks WHERE user_id = ? AND seq < ?');
  const old = await database.transaction(() => {
    mark.run(now);
    const rows = due.all(now - TOMBSTONES_KEPT_MS);
    for (const { user_id: userId, seq } of rows) forget.run(userId, seq);
    return rows;
  });
  const purge = preparePurge(database);
  for (const { user_id: userId, seq } of old) while (!isStopped() && (await database.transaction(() => purge(userId, seq))));
}

/** @returns whether there may be more */
function preparePurge({ sqlite }: Database): (userId: string, upTo: number) => boolean {
  const find = sqlite.prepare<[string, number], { id: string; seq: number }>(`SELECT id, seq FROM blobs WHERE user_id = ? AND seq <= ? AND deleted = 1 ORDER BY seq LIMIT ${BATCH}`);
  const removeVersions = sqlite.prepare<[string, string], number>('DELETE FROM blob_versions WHERE user_id = ? AND blob_id = ? RETURNING octet_length(doc)').pluck();
  const remove = sqlite.prepare<[string, string], number>('DELETE FROM blobs WHERE user_id = ? AND id = ? RETURNING size').pluck();
  const raise = sqlite.prepare('UPDATE user_sequences SET horizon = max(horizon, ?), deleted_size = deleted_size - ?, history_size = history_size - ? WHERE user_id = ?');
  return (userId, upTo) => {
    const found = find.all(userId, upTo);
    let [deleted, history] = [0, 0];
    for (const { id } of found) {
      for (const bytes of removeVersions.all(userId, id)) history += bytes;
      deleted += remove.get(userId, id) ?? 0;
    }
    const last = found.at(-1);
    if (last) raise.run(last.seq, deleted, history, userId);
    return found.length === BATCH;
  };
}

/** Does it now and every day. @returns how to stop it */
export function startTombstonePurge({ database, clock, onFailure }: { database: Database; clock: Clock; onFailure(error: unknown): void }): () => Promise<void> {
  return repeatTask({ clock, everyMs: EVERY_MS, run: (isStopped) => purgeTombstones(database, clock.now(), isStopped), onFailure });
}
