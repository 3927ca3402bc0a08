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

/** SQLite's file format §1.3. */
export interface FileHeader {
  isSqlite: boolean;
  isWal: boolean;
  applicationId: number;
  version: number;
}

/** The header's words, read without SQLite, which would touch the file. Null: there is no file, or nothing in it. */
export function readHeader(path: string): FileHeader | null {
  const identity = identityOf(path);
  if (identity === null) return null;
  const file = keptOpen.get(identity) ?? openSync(path, 'r');
  keptOpen.delete(identity);
  const header = Buffer.alloc(100);
  let isWal = false;
  try {
    if (fstatSync(file).size === 0) return null;
    readSync(file, header, 0, 100, 0);
    isWal = header[18] === 2 || header[19] === 2;
  } finally {
    if (isWal && process.platform !== 'win32') keptOpen.set(identity, file);
    else closeSync(file);
  }
  return {
    isSqlite: header.toString('latin1', 0, 16) === MAGIC, isWal, applicationId: header.readUInt32BE(68), version: header.readUInt32BE(60),
  };
}

/**
 * Where a process closes one descriptor of a file, POSIX takes the locks of all its others on it, those of SQLite's
 * connections too (sqlite.org/howtocorrupt.html §2.2). So what may be open as a library is not closed again.
 */
const keptOpen = new Map<string, number>();

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
    // A Mac's disk keeps in its own memory what it was told to write, unless it is asked for more.
    database.pragma('fullfsync = ON');
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
