import Sqlite, { type Database } from 'better-sqlite3';
import { APPLICATION_ID, checksumOfPlace, checksumOfRow, LAYOUT_VERSION, type Place } from './layout.ts';
import { identityOf, readHeader } from './library-connection.ts';
import type { StoredRow } from './library-statements.ts';
import { isDamage } from './mirror-error.ts';

/** 'absent': no file, or one of no length. */
export type LibraryState = 'absent' | 'good' | 'damaged' | 'newer';

/**
 * Whether a library's file is whole, by its own header, SQLite's check of its trees, and each row's checksum.
 * @param rows false: the rows' checksums are left out; the trees of 100 MB take about 50 ms, their rows 250
 * @throws what is not about damage, such as a lock or a folder that can't be read
 */
export function checkLibrary(path: string, { rows }: { rows: boolean }): LibraryState {
  if (identityOf(path) === null) return 'absent';
  const header = readHeader(path);
  if (!header) return 'absent';
  if (!header.isSqlite) return 'damaged';
  if (header.applicationId === APPLICATION_ID && header.version > LAYOUT_VERSION) return 'newer';
  try {
    // What has no WAL is read as it is, also where nothing can be written.
    const database = new Sqlite(path, { fileMustExist: true, readonly: !header.isWal, timeout: 500 });
    try {
      return isWhole(database, rows) ? 'good' : 'damaged';
    } finally {
      database.close();
    }
  } catch (thrown) {
    if (isDamage(thrown)) return 'damaged';
    throw thrown;
  }
}

function isWhole(database: Database, rows: boolean): boolean {
  if (database.pragma('application_id', { simple: true }) !== APPLICATION_ID) return false;
  database.pragma('cell_size_check = ON');
  // A file may come from anywhere: nothing that it defines is run.
  database.pragma('trusted_schema = OFF');
  if (!hasOwnTables(database)) return false;
  if (database.pragma('integrity_check(1)', { simple: true }) !== 'ok') return false;
  // What a person changed by hand, such as a column that was dropped, is no damage to SQLite.
  database.prepare('SELECT documents.id FROM documents JOIN stores ON stores.id = documents.store LIMIT 1').get();
  return !rows || !hasDamagedRow(database);
}

/** Not views of these names, and no triggers that change what is written. Views and indexes of a person's own are welcome. */
function hasOwnTables(database: Database): boolean {
  const found = database.prepare<[], string>(`SELECT name FROM sqlite_schema WHERE type = 'trigger' OR (type = 'table' AND name IN ('stores', 'documents')) ORDER BY name`).pluck().all();
  return found.join() === 'documents,stores';
}

function hasDamagedRow(database: Database): boolean {
  const places = readPlaces(database);
  const all = database.prepare<[], StoredRow & { store: number }>('SELECT store, id, lwt, rev, deleted, body, checksum FROM documents');
  for (const row of all.iterate()) {
    const place = places.get(row.store);
    if (!place || !isIntact(place, row)) return true;
  }
  return false;
}

/** Of an open library: its stores' places by their numbers. */
export function readPlaces(database: Database): Map<number, Place> {
  const stores = database.prepare<[], Place & { id: number }>('SELECT id, database, collection, schema_version AS schemaVersion FROM stores').all();
  return new Map(stores.map(({ id, ...place }) => [id, place]));
}

export function isIntact(place: Place, { checksum, ...row }: StoredRow): boolean {
  return checksumOfRow(checksumOfPlace(place), { ...row, deleted: row.deleted === 1 }) === checksum;
}
