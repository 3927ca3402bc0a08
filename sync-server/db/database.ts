import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import SqliteFile from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { RectoError } from '#schemas/errors.ts';
import { createCommitBatch } from './commit-batch.ts';
import { createCommitMark, findForgotten, findLogDamage, removeMark, type CommitMark } from './commit-mark.ts';
import { damaged, findDamage, requireWhole } from './find-damage.ts';
import { lockFiles, type ServerFiles } from './lock-files.ts';
import { CURRENT_VERSION, migrate } from './migrations.ts';
import { RESTORING } from './restoring.ts';
import { breakSeal, isSealWhole, sealFile } from './seal.ts';
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
 * Opens the file for the one server that serves from it, after it has looked at all that is in it; closed, it leaves it sealed.
 * @throws RectoError storage_locked (another server has it), storage_damaged, storage_newer, storage_failed
 */
export function openServerDatabase(files: ServerFiles): Database {
  const { databaseFile: file } = files;
  const letGo = lockFiles(files);
  let database: Database | undefined;
  let mark: CommitMark | undefined;
  try {
    requirePlace(files);
    if (!isSealWhole(file)) throw damaged(file, describeBrokenSeal(file));
    database = openDatabase(file, { onCommit: () => mark?.note(), onClose: () => mark?.close() });
    requireWhole(database.sqlite, file);
    const forgotten = findForgotten(database.sqlite, database.epoch);
    if (forgotten !== null) throw damaged(file, [forgotten]);
    mark = createCommitMark(database.sqlite, database.epoch);
  } catch (error) {
    database?.sqlite.close();
    letGo();
    throw error;
  }
  const { close } = database;
  return {
    ...database,
    close: async () => {
      try {
        await close();
        // Without it the next start sees what damage rows have, and no other.
        if (existsSync(file)) sealFile(file);
        removeMark(file);
      } finally {
        letGo();
      }
    },
  };
}

/** Where a server has run its database is; without it everyone would be served an empty one. */
function requirePlace({ dataDir, databaseFile: file }: ServerFiles): void {
  if (existsSync(join(dataDir, RESTORING))) throw new RectoError('storage_damaged', `A backup was being put back in ${dataDir} and is not in its place yet. Restore it again, then start the server.`);
  const key = join(dataDir, 'ai.key');
  if (!existsSync(key) || (existsSync(file) && statSync(file).size > 0)) return;
  throw damaged(file, [`it is gone or empty, though this server has run before. To begin with an empty one, delete ${key} first`]);
}

/** What is damaged in a file that is not as it was left. Nothing is written to it. */
function describeBrokenSeal(file: string): string[] {
  try {
    const sqlite = new SqliteFile(file, { readonly: true, fileMustExist: true });
    try {
      const found = findDamage(sqlite);
      return found.length > 0 ? found : [`it is not as the server left it when it stopped, though every row in it is whole. Where another program wrote to it on purpose, delete ${file}.seal and start again`];
    } finally {
      sqlite.close();
    }
  } catch (error) {
    return [(error as Error).message];
  }
}

interface OpenOptions {
  /** After each commit of `transaction`, before anybody is told of it. */
  onCommit?(): void;
  /** Nothing more is written. */
  onClose?(): void;
  /**
   * False for what works beside a server, which may be one of an older version that is still running: what that wrote into the tables of a
   * newer one would be taken for damage.
   */
  upgrades?: boolean;
}

/**
 * Opens or makes the file, in WAL mode with synchronous=FULL, and brings its tables up to date.
 * @throws RectoError storage_newer, storage_failed, configuration (it is older, and is not to be changed), storage_damaged (its log of writes is, and opening it would lose what stands there)
 */
export function openDatabase(file: string, { onCommit, onClose, upgrades = true }: OpenOptions = {}): Database {
  const { sqlite, epoch } = openFile(file, upgrades);
  const query = new Kysely<Tables>({ dialect: new SqliteDialect({ database: sqlite }) });
  const exclusive = <T>(work: () => T): Promise<T> => query.connection().execute(async () => work());
  const batch = createCommitBatch(sqlite, exclusive, onCommit);
  return {
    query,
    sqlite,
    epoch,
    exclusive,
    transaction: batch.transaction,
    close: async () => {
      await batch.flush();
      onClose?.();
      await query.destroy();
      // Kysely closes only what it was asked something on.
      sqlite.close();
    },
  };
}

function openFile(file: string, upgrades: boolean): { sqlite: SqliteFile.Database; epoch: string } {
  let sqlite: SqliteFile.Database | undefined;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const damage = findLogDamage(file);
    if (damage !== null) throw damaged(file, [damage]);
    breakSeal(file);
    sqlite = new SqliteFile(file, { timeout: 5000 });
    sqlite.pragma('journal_mode = WAL');
    sqlite.pragma('synchronous = FULL');
    // 32 MB: written back at every 4, the pages of indexes on hashes cost a busy server a fifth of its time.
    sqlite.pragma('wal_autocheckpoint = 8000');
    sqlite.pragma('foreign_keys = ON');
    // What a row held is overwritten where its page is written anyway; free pages are when an account ends (delete-user.ts).
    sqlite.pragma('secure_delete = FAST');
    sqlite.pragma('cache_size = -65536');
    const version = Number(sqlite.pragma('user_version', { simple: true }));
    if (!upgrades && version > 0 && version < CURRENT_VERSION) throw new RectoError('configuration', `${file} was written by an older version of Recto. Stop that one, start the server of this version once, and do this again.`);
    if (!migrate(sqlite)) throw new RectoError('storage_newer', `${file} was written by a newer version of Recto: start that one.`);
    return { sqlite, epoch: readEpoch(sqlite) };
  } catch (error) {
    sqlite?.close();
    if (error instanceof RectoError) throw error;
    if (String((error as NodeJS.ErrnoException).code).startsWith('SQLITE_CORRUPT')) throw damaged(file, [(error as Error).message], error);
    throw new RectoError('storage_failed', `The database ${file} can’t be opened: ${(error as Error).message}.`, { cause: error });
  }
}

function readEpoch(sqlite: SqliteFile.Database): string {
  sqlite.prepare(`INSERT INTO meta (key, value) VALUES ('epoch', ?) ON CONFLICT (key) DO NOTHING`).run(randomBytes(9).toString('base64url'));
  return String(sqlite.prepare(`SELECT value FROM meta WHERE key = 'epoch'`).pluck().get());
}
