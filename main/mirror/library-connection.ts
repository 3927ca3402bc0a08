/** The open SQLite file under a library: made when it is not there, noticed when it goes, opened again when it can be. */
import { closeSync, fstatSync, openSync, readSync, rmSync, statSync } from 'node:fs';
import Sqlite, { type Database } from 'better-sqlite3';
import { RectoError } from '#schemas/errors.ts';
import { APPLICATION_ID, LAYOUT, LAYOUT_VERSION, PAGE_SIZE } from './layout.ts';
import { codeOf } from './mirror-error.ts';

/** How long another program's lock is waited for. */
const LOCK_WAIT_MS = 500;
const LARGEST_WAL = 64 * 1024 * 1024;
const MAGIC = 'SQLite format 3\0';

/** What tells one file from another that came to stand in its place. */
export type FileIdentity = string | null;

export function identityOf(path: string): FileIdentity {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT' || codeOf(thrown) === 'ENOTDIR') return null;
    throw thrown;
  }
}

/** The header's words, read without SQLite, which would touch the file. Null: there is no file, or nothing in it. */
export function readHeader(path: string): { isSqlite: boolean; applicationId: number; version: number; pageSize: number; size: number } | null {
  if (identityOf(path) === null) return null;
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    if (size === 0) return null;
    const header = Buffer.alloc(100);
    readSync(file, header, 0, 100, 0);
    const pageSize = header.readUInt16BE(16);
    return {
      isSqlite: header.toString('latin1', 0, 16) === MAGIC,
      applicationId: header.readUInt32BE(68), version: header.readUInt32BE(60), pageSize: pageSize === 1 ? 65_536 : pageSize, size,
    };
  } finally {
    closeSync(file);
  }
}

/** @throws RectoError storage_newer */
export function refuseNewer(path: string): void {
  const header = readHeader(path);
  if (header?.isSqlite && header.applicationId === APPLICATION_ID && header.version > LAYOUT_VERSION) {
    throw new RectoError('storage_newer', `The library “${path}” was written by a newer Recto. Nothing in it was touched. Install the newest Recto to go on with it.`);
  }
}

/**
 * Opens the file and makes it where it is not there. It is laid out before it becomes a WAL file, so that its first
 * page is never in the WAL alone.
 * @throws what SQLite throws; RectoError storage_newer
 */
export function connect(path: string): Database {
  refuseNewer(path);
  if (readHeader(path) === null) {
    // A WAL without its file belongs to none: SQLite would play it into the new one.
    for (const beside of ['-wal', '-shm', '-journal']) rmSync(path + beside, { force: true });
  }
  const database = new Sqlite(path, { timeout: LOCK_WAIT_MS });
  try {
    if (!database.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get()) layOut(database);
    if (database.pragma('application_id', { simple: true }) !== APPLICATION_ID) {
      throw Object.assign(new Error('This is not a library of Recto.'), { code: 'SQLITE_NOTADB' });
    }
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = FULL');
    database.pragma(`journal_size_limit = ${LARGEST_WAL}`);
    // A damaged page is told as damage, not read past.
    database.pragma('cell_size_check = ON');
    return database;
  } catch (thrown) {
    database.close();
    throw thrown;
  }
}

function layOut(database: Database): void {
  database.pragma(`page_size = ${PAGE_SIZE}`);
  database.pragma('synchronous = FULL');
  database.transaction(() => {
    database.pragma(`application_id = ${APPLICATION_ID}`);
    database.pragma(`user_version = ${LAYOUT_VERSION}`);
    database.exec(LAYOUT);
  })();
}
