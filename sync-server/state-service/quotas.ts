import type { Database as Sqlite } from 'better-sqlite3';
import { RectoError } from '#schemas/errors.ts';

export interface Quota {
  /** @throws RectoError quota_exceeded where the user has no room for so much more, in bytes */
  require(growth: number): void;
  /** The same for what is deleted already, and grows. */
  requireDeleted(growth: number): void;
  /** Infinity: there is none. */
  bytes(): number;
}

interface Used {
  live: number;
  deleted: number;
}

/**
 * What users may have, within a transaction of theirs: their blobs that are not deleted (as `size` counts them) and their files. What was
 * deleted counts for nothing up to as much again: whoever is full deletes, and has room. But who writes and deletes without end would fill the
 * disk with what is deleted, so what is beyond that counts. Past versions may take as much again; the oldest of them give way (thin-versions.ts).
 * @param fallback for those without one of their own, in bytes; undefined: no limit
 */
export function prepareQuotas(sqlite: Sqlite, fallback: number | undefined): (userId: string) => Quota {
  const ownQuota = sqlite.prepare<[string], number | null>('SELECT quota_bytes FROM users WHERE id = ?').pluck() as unknown as { get(userId: string): number | null | undefined };
  const readUsed = sqlite.prepare<{ userId: string }, Used>(`
    SELECT coalesce((SELECT size FROM user_sequences WHERE user_id = @userId), 0)
      + coalesce((SELECT sum(size) FROM attachments WHERE user_id = @userId), 0) AS live,
      coalesce((SELECT deleted_size FROM user_sequences WHERE user_id = @userId), 0) AS deleted`) as unknown as { get(named: { userId: string }): Used };
  return (userId) => {
    let quota: number | undefined;
    let used: Used | undefined;
    const bytes = (): number => (quota ??= ownQuota.get(userId) ?? fallback ?? Infinity);
    const require = (countRoom: (used: Used) => number, growth: number): void => {
      if (bytes() === Infinity) return;
      used ??= readUsed.get({ userId });
      if (growth <= countRoom(used)) return;
      throw new RectoError('quota_exceeded', 'This account has no more room on the server. Everything is safe on this device: delete what you no longer need, or ask whoever runs the server for more.');
    };
    return {
      bytes,
      require: (growth) => require(({ live, deleted }) => bytes() - live - Math.max(0, deleted - bytes()), growth),
      requireDeleted: (growth) => require(({ deleted }) => 2 * bytes() - deleted, growth),
    };
  };
}
