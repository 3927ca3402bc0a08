import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import SqliteFile from 'better-sqlite3';
import { RectoError } from '#schemas/errors.ts';

/** Where a server keeps what is its own. */
export interface ServerFiles {
  dataDir: string;
  databaseFile: string;
}

/**
 * Holds the database and the data folder for one server alone, until it lets go or its process ends, however it ends: SQLite's own
 * lock, which every system has.
 * @returns how to let go
 * @throws RectoError storage_locked, storage_failed
 */
export function lockFiles({ dataDir, databaseFile }: ServerFiles): () => void {
  const held: SqliteFile.Database[] = [];
  const letGo = (): void => held.splice(0).forEach((lock) => lock.close());
  try {
    for (const path of [`${databaseFile}.lock`, join(dataDir, 'server.lock')]) held.push(lock(path));
  } catch (error) {
    letGo();
    throw error;
  }
  return letGo;
}

function lock(path: string): SqliteFile.Database {
  let file: SqliteFile.Database | undefined;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    file = new SqliteFile(path, { timeout: 0 });
    file.exec('BEGIN EXCLUSIVE');
    return file;
  } catch (error) {
    file?.close();
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'SQLITE_BUSY') throw new RectoError('storage_locked', `Another server is running on ${dirname(path)}: stop it first, or give this one a folder of its own (RECTO_DATA_DIR).`, { cause: error });
    throw new RectoError('storage_failed', `${path} can’t be opened: ${message}.`, { cause: error });
  }
}
