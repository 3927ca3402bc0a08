import type { Database as Sqlite, Statement } from 'better-sqlite3';

type Column = string | number | null;

/** Prepared once: what a push or a pull runs thousands of times. */
export interface BlobStatements {
  get: Statement<[userId: string, id: string], { seq: number; version: number; deleted: number; doc: string }>;
  head: Statement<[userId: string, id: string], { deleted: number; size: number }>;
  insert: Statement<Column[]>;
  update: Statement<Column[]>;
  /** @returns its bytes */
  keepVersion: Statement<[replacedAt: string, userId: string, id: string], number>;
  lockSequence: Statement<[userId: string], number>;
  /** @returns the bytes of the user's past versions */
  setSequence: Statement<[seq: number, grownBy: number, deletedGrownBy: number, historyGrownBy: number, userId: string], number>;
  dropFiles: Statement<[userId: string, id: string], string>;
  addEvent: Statement<[type: string, userId: string, id: string, schemaId: string, processorId: string, version: number, parentId: string | null]>;
}

export function prepareBlobStatements(sqlite: Sqlite): BlobStatements {
  return {
    get: sqlite.prepare('SELECT seq, version, deleted, doc FROM blobs WHERE user_id = ? AND id = ?'),
    head: sqlite.prepare('SELECT deleted, size FROM blobs WHERE user_id = ? AND id = ?'),
    insert: sqlite.prepare(`
      INSERT INTO blobs (seq, version, deleted, schema_id, processor_id, parent_id, conversation_id, tags, created_at, updated_at, size, doc, digest, user_id, id)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`),
    update: sqlite.prepare(`
      UPDATE blobs SET seq = ?, version = ?, deleted = ?, schema_id = ?, processor_id = ?, parent_id = ?, conversation_id = ?, tags = ?,
        created_at = ?, updated_at = ?, size = ?, doc = ?, digest = ?
      WHERE user_id = ? AND id = ?`),
    // A snapshot is itself a past version, and thousands thin out in a year: what one was is not kept again.
    keepVersion: sqlite.prepare<[string, string, string], number>(`
      INSERT INTO blob_versions (user_id, blob_id, seq, version, updated_at, doc, digest, replaced_at)
      SELECT user_id, id, seq, version, updated_at, doc, digest, ? FROM blobs WHERE user_id = ? AND id = ? AND schema_id <> 'snapshot-v1'
      RETURNING octet_length(doc)`).pluck(),
    // An upsert, not a select: it takes the row's lock where a database has such locks.
    lockSequence: sqlite
      .prepare('INSERT INTO user_sequences (user_id, seq) VALUES (?, 0) ON CONFLICT (user_id) DO UPDATE SET seq = seq RETURNING seq')
      .pluck() as unknown as Statement<[string], number>,
    setSequence: sqlite.prepare<[number, number, number, number, string], number>(`
      UPDATE user_sequences SET seq = ?, size = size + ?, deleted_size = deleted_size + ?, history_size = history_size + ? WHERE user_id = ?
      RETURNING history_size`).pluck(),
    dropFiles: sqlite.prepare<[string, string], string>('DELETE FROM attachments WHERE user_id = ? AND blob_id = ? RETURNING sha256').pluck(),
    addEvent: sqlite.prepare(
      'INSERT INTO outbox (type, user_id, blob_id, schema_id, processor_id, version, parent_id) VALUES (?, ?, ?, ?, ?, ?, ?)'),
  };
}
