import { crc32 } from 'node:zlib';
import type { Database as Sqlite } from 'better-sqlite3';

/** What a row of `blobs` and a row of `blob_versions` have in common. */
export interface DigestedRow {
  userId: string;
  id: string;
  seq: number;
  version: number;
  updatedAt: string;
  doc: string;
}

/**
 * By it whoever reads a row knows that it is the one that was written: SQLite checks its own pages' structure, and no text in
 * them. CRC-32 finds every damage of up to 32 bits in a row, and misses one of four thousand million others; it is against disks, not
 * against people. A past version keeps the digest that it had as the newest.
 */
export function digestRow({ userId, id, seq, version, updatedAt, doc }: DigestedRow): number {
  return crc32(doc, crc32(`${userId}\n${id}\n${seq}\n${version}\n${updatedAt}\n`));
}

/** The same as a function of SQL: row_digest(user_id, id, seq, version, updated_at, doc). */
export function addRowDigest(sqlite: Sqlite): void {
  sqlite.function('row_digest', { deterministic: true }, (userId, id, seq, version, updatedAt, doc) =>
    digestRow({ userId: String(userId), id: String(id), seq: Number(seq), version: Number(version), updatedAt: String(updatedAt), doc: String(doc) }));
}
