import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import SqliteFile from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { RectoError } from '#schemas/errors.ts';
import { createCommitBatch } from './commit-batch.ts';
import { migrate } from './migrations.ts';
import type { Tables } from './tables.ts';

/**
 * The one connection to the server's file. Most queries are Kysely's; blobs, jobs and the outbox use prepared
 * statements through `exclusive`, for a push of thousands of rows can't afford a promise a row.
 */
export interface Database {
  query: Kysely<Tables>;
  sqlite: SqliteFile.Database;
  /** A new one each time the file is made: a device that sees another epoch reconciles. */
  epoch: string;
  /**
   * Runs synchronous work while no transaction of Kysely's is open on this connection, which a statement run in
   * between would silently join.
   */
  exclusive<T>(work: () => T): Promise<T>;
  /**
   * `exclusive`, all or nothing, and on the disk when the promise resolves. What is asked for at the same moment goes to
   * the disk together (commit-batch.ts), in the order in which it was asked for.
   */
  transaction<T>(work: () => T): Promise<T>;
  close(): Promise<void>;
}

/**
 * Opens or makes the file, in WAL mode with synchronous=FULL, and brings its tables up to date.
 * @throws RectoError storage_newer, storage_failed
 */
export function openDatabase(file: string): Database {
  const sqlite = openFile(file);
  const query = new Kysely<Tables>({ dialect: new SqliteDialect({ database: sqlite }) });
  const exclusive = <T>(work: () => T): Promise<T> => query.connection().execute(async () => work());
  const batch = createCommitBatch(sqlite, exclusive);
  return {
    query,
    sqlite,
    epoch: readEpoch(sqlite),
    exclusive,
    transaction: batch.transaction,
    close: async () => {
      await batch.flush();
      await query.destroy();
    },
  };
}

function openFile(file: string): SqliteFile.Database {
  let sqlite: SqliteFile.Database | undefined;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    sqlite = new SqliteFile(file, { timeout: 5000 });
    sqlite.pragma('journal_mode = WAL');
    sqlite.pragma('synchronous = FULL');
    // 32 MB: written back at every 4, the pages of indexes on hashes cost a busy server a fifth of its time.
    sqlite.pragma('wal_autocheckpoint = 8000');
    sqlite.pragma('foreign_keys = ON');
    sqlite.pragma('cache_size = -65536');
    if (!migrate(sqlite)) throw new RectoError('storage_newer', `${file} was written by a newer version of Recto: start that one.`);
    return sqlite;
  } catch (error) {
    sqlite?.close();
    if (error instanceof RectoError) throw error;
    throw new RectoError('storage_failed', `The database ${file} can’t be opened: ${(error as Error).message}.`, { cause: error });
  }
}

function readEpoch(sqlite: SqliteFile.Database): string {
  sqlite.prepare(`INSERT INTO meta (key, value) VALUES ('epoch', ?) ON CONFLICT (key) DO NOTHING`).run(randomBytes(9).toString('base64url'));
  return String(sqlite.prepare(`SELECT value FROM meta WHERE key = 'epoch'`).pluck().get());
}
