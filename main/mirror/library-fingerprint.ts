import type { Database } from 'better-sqlite3';

/** Of a library that nothing was ever written to. */
export const EMPTY_FINGERPRINT = '[]';

/** What changes with every write: the last one of each store, and how many rows it has. Both are read from an index. */
export function fingerprintOf(database: Database): string {
  const stores = database.prepare(
    `SELECT stores.database, stores.collection, stores.schema_version, max(documents.lwt), count(*)
     FROM documents JOIN stores ON stores.id = documents.store GROUP BY documents.store ORDER BY 1, 2, 3`,
  );
  return JSON.stringify(stores.raw().all());
}
