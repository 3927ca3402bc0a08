import type { Database as Sqlite } from 'better-sqlite3';
import { RectoError } from '#schemas/errors.ts';

export interface Quota {
  /** @throws RectoError quota_exceeded where the user has no room for so much more, in bytes */
  require(growth: number): void;
}

/**
 * What users may have, within a transaction of theirs: their blobs that are not deleted (as `size` counts them) and their files. What was
 * deleted and past versions are the server's own to keep, and count for nothing: whoever is full deletes, and has room.
 * @param fallback for those without one of their own, in bytes; undefined: no limit
 */
export function prepareQuotas(sqlite: Sqlite, fallback: number | undefined): (userId: string) => Quota {
  const ownQuota = sqlite.prepare<[string], number | null>('SELECT quota_bytes FROM users WHERE id = ?').pluck() as unknown as { get(userId: string): number | null | undefined };
  const usedBytes = sqlite
    .prepare<{ userId: string }, number>(`
      SELECT coalesce((SELECT size FROM user_sequences WHERE user_id = @userId), 0)
        + coalesce((SELECT sum(size) FROM attachments WHERE user_id = @userId), 0)`)
    .pluck() as unknown as { get(named: { userId: string }): number };
  return (userId) => {
    let room: number | undefined;
    return {
      require: (growth) => {
        room ??= readRoom(ownQuota.get(userId) ?? fallback, () => usedBytes.get({ userId }));
        if (growth <= room) return;
        throw new RectoError('quota_exceeded', 'This account has no more room on the server. Everything is safe on this device: delete what you no longer need, or ask whoever runs the server for more.');
      },
    };
  };
}

function readRoom(quota: number | undefined, used: () => number): number {
  return quota === undefined ? Infinity : quota - used();
}
