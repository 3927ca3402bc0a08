import type { Database as Sqlite } from 'better-sqlite3';

/** Its rows are gone in moments, name ids alone, and come with every write. */
export const PASSING_TABLE = 'outbox';

/** Their texts are too large to be held twice: each row has a digest. */
export const DIGESTED_TABLES: readonly string[] = ['blobs', 'blob_versions'];

/**
 * Gives every table but these an index of all its columns. A row is then held twice, and SQLite's own `integrity_check`, which
 * compares tables with their indexes, finds a row that is not the one that was written.
 */
export function indexWholeRows(sqlite: Sqlite): void {
  for (const table of listTables(sqlite)) {
    if (DIGESTED_TABLES.includes(table) || table === PASSING_TABLE) continue;
    const columns = listColumns(sqlite, table);
    // A table may have got a column.
    sqlite.exec(`DROP INDEX IF EXISTS ${table}_whole; CREATE INDEX ${table}_whole ON ${table} (${columns.map((name) => `"${name}"`).join(', ')})`);
  }
}

export function listTables(sqlite: Sqlite): string[] {
  return sqlite.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name`).pluck().all() as string[];
}

export function listColumns(sqlite: Sqlite, table: string): string[] {
  return sqlite.prepare('SELECT name FROM pragma_table_info(?) ORDER BY cid').pluck().all(table) as string[];
}
