import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import Sqlite, { type Database } from 'better-sqlite3';
import { RectoError } from '#schemas/errors.ts';
import { checkLibrary } from './check-library.ts';
import { APPLICATION_ID } from './layout.ts';
import { identityOf, readHeader, refuseNewer } from './library-connection.ts';
import { codeOf, toMirrorError } from './mirror-error.ts';

/**
 * Opens a backup, or any library's file, for reading; it is checked whole before. What holds a WAL is read from a copy:
 * it may lie in a folder where nothing can be written, and it is never changed.
 * @param checkRows false: its rows were checked a moment ago
 * @throws RectoError storage_damaged, storage_newer, not_found (no such file), storage_failed
 */
export function readBackup<T>(path: string, work: (database: Database) => T, { checkRows = true } = {}): T {
  const name = `“${basename(path)}”`;
  const damaged = new RectoError('storage_damaged', `${name} is damaged or is no backup of Recto. Nothing was changed; your library is as it was. Choose another backup.`);
  let folder: string | null = null;
  try {
    if (identityOf(path) === null) throw new RectoError('not_found', `The backup ${name} is not there any more. Choose another one.`);
    refuseNewer(path);
    const header = readHeader(path);
    if (!header?.isSqlite || header.applicationId !== APPLICATION_ID) throw damaged;
    const readable = header.isWal ? copyWithWal(path, (folder = mkdtempSync(join(tmpdir(), 'recto-backup-')))) : path;
    if (checkLibrary(readable, { rows: checkRows }) !== 'good') throw damaged;
    const database = new Sqlite(readable, { readonly: true, fileMustExist: true });
    try {
      database.pragma('trusted_schema = OFF');
      return work(database);
    } finally {
      database.close();
    }
  } catch (thrown) {
    throw toReadError(thrown, path);
  } finally {
    if (folder) rmSync(folder, { recursive: true, force: true });
  }
}

function copyWithWal(path: string, folder: string): string {
  const copy = join(folder, 'copy.recto');
  copyFileSync(path, copy);
  if (existsSync(`${path}-wal`)) copyFileSync(`${path}-wal`, `${copy}-wal`);
  return copy;
}

function toReadError(thrown: unknown, path: string): RectoError {
  if (thrown instanceof RectoError) return thrown;
  const { code } = toMirrorError(thrown, path);
  return new RectoError(code, `The file “${path}” could not be read (${codeOf(thrown) || String(thrown)}). Nothing was changed; your library is as it was.`, { cause: thrown });
}
