import type { Database, Statement } from 'better-sqlite3';
import type { Mark, MirrorRow } from '#schemas/ipc.ts';
import type { Place } from './layout.ts';

/** A row as the file has it. */
export interface StoredRow {
  id: string;
  lwt: number;
  rev: string;
  deleted: 0 | 1;
  body: string;
  checksum: number;
}

export interface Statements {
  findStore: Statement<[database: string, collection: string, schemaVersion: number], { id: number; from_backup_of: string | null }>;
  lastMark: Statement<[store: number], Mark>;
  countRows: Statement<[store: number], { rows: number }>;
  rowsAfter: Statement<[store: number, from: number, lwt: number, id: string], StoredRow>;
  keysAfter: Statement<[store: number, from: number, lwt: number, id: string, limit: number], Pick<MirrorRow, 'id' | 'lwt' | 'rev'>>;
  rowById: Statement<[store: number, id: string], StoredRow>;
  addStore(place: Place): number;
  /** In one transaction. @returns how many were newer than what was there */
  writeRows(store: number, rows: readonly { row: MirrorRow; checksum: number }[]): number;
  forgetStore(store: number): void;
}

const ROW = 'id, lwt, rev, deleted, body, checksum';
/** `lwt >= ?` begins the walk of the index at the mark; the rest leaves out what is at its time and not after its id. */
const AFTER = 'store = ? AND lwt >= ? AND (lwt, id) > (?, ?) ORDER BY lwt, id';

export function createStatements(database: Database): Statements {
  const insertStore = database.prepare('INSERT INTO stores (database, collection, schema_version) VALUES (?, ?, ?)');
  const upsert = database.prepare(
    `INSERT INTO documents (store, id, lwt, rev, deleted, checksum, body) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (store, id) DO UPDATE SET lwt = excluded.lwt, rev = excluded.rev, deleted = excluded.deleted, checksum = excluded.checksum, body = excluded.body
     WHERE excluded.lwt > documents.lwt`,
  );
  const clearBackup = database.prepare('UPDATE stores SET from_backup_of = NULL WHERE id = ? AND from_backup_of IS NOT NULL');
  const deleteRows = database.prepare('DELETE FROM documents WHERE store = ?');
  const deleteStore = database.prepare('DELETE FROM stores WHERE id = ?');
  const write = database.transaction((store: number, rows: readonly { row: MirrorRow; checksum: number }[]) => {
    clearBackup.run(store);
    let newer = 0;
    for (const { row, checksum } of rows) newer += upsert.run(store, row.id, row.lwt, row.rev, row.deleted ? 1 : 0, checksum, row.body).changes;
    return newer;
  });
  const forget = database.transaction((store: number) => {
    deleteRows.run(store);
    deleteStore.run(store);
  });
  return {
    findStore: database.prepare('SELECT id, from_backup_of FROM stores WHERE database = ? AND collection = ? AND schema_version = ?'),
    lastMark: database.prepare('SELECT lwt, id FROM documents WHERE store = ? ORDER BY lwt DESC, id DESC LIMIT 1'),
    countRows: database.prepare('SELECT count(*) AS rows FROM documents WHERE store = ?'),
    rowsAfter: database.prepare(`SELECT ${ROW} FROM documents WHERE ${AFTER}`),
    keysAfter: database.prepare(`SELECT id, lwt, rev FROM documents WHERE ${AFTER} LIMIT ?`),
    rowById: database.prepare(`SELECT ${ROW} FROM documents WHERE store = ? AND id = ?`),
    addStore: (place) => Number(insertStore.run(place.database, place.collection, place.schemaVersion).lastInsertRowid),
    writeRows: (store, rows) => write.immediate(store, rows),
    forgetStore: (store) => forget.immediate(store),
  };
}
