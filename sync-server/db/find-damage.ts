import SqliteFile, { type Database as Sqlite } from 'better-sqlite3';
import { RectoError } from '#schemas/errors.ts';
import type { Blob } from '#schemas/generated/types.ts';
import { CURRENT_VERSION, migrate } from './migrations.ts';
import { digestRow } from './row-digest.ts';
import type { Tables } from './tables.ts';

/** So many are named; who knows them knows enough. */
const NAMED = 10;

/**
 * Looks at every page and every row: SQLite's own check of its structure, which also compares the rows of most tables with an
 * index that holds them a second time (whole-rows.ts), then each blob and past version by its digest. Reads all of the file.
 * @returns what is damaged, a phrase each, at most ten; empty when all is as it was written
 */
export function findDamage(sqlite: Sqlite): string[] {
  const found: string[] = [];
  try {
    for (const phrase of readDamage(sqlite)) if (found.push(phrase) >= NAMED) break;
  } catch (error) {
    if (!(error instanceof SqliteFile.SqliteError)) throw error;
    found.push(error.message);
  }
  return found;
}

/** @throws RectoError storage_damaged, which names what is damaged in the file */
export function requireWhole(sqlite: Sqlite, file: string): void {
  const found = findDamage(sqlite);
  if (found.length > 0) throw damaged(file, found);
}

/**
 * The same for a file that may be of an older version, whose rows have no digests yet.
 * @throws RectoError storage_damaged, storage_newer
 */
export function requireReadable(sqlite: Sqlite, file: string): void {
  const version = Number(sqlite.pragma('user_version', { simple: true }));
  if (version > CURRENT_VERSION) throw new RectoError('storage_newer', `${file} was written by a newer version of Recto: use that one.`);
  if (version === CURRENT_VERSION) return requireWhole(sqlite, file);
  const result = String(sqlite.pragma('integrity_check(1)', { simple: true }));
  if (result !== 'ok') throw damaged(file, [result]);
}

export function damaged(file: string, found: readonly string[], cause?: unknown): RectoError {
  return new RectoError('storage_damaged', `The database ${file} is damaged, and nothing of it is served: ${found.join('; ')}. Put the newest backup back (npm run server -- restore <folder>): devices send up again what it lacks.`, { cause });
}

function* readDamage(sqlite: Sqlite): Generator<string> {
  yield* compareSchema(sqlite);
  for (const row of sqlite.prepare(`PRAGMA integrity_check(${NAMED})`).pluck().iterate() as Iterable<string>) if (row !== 'ok') yield nameTable(sqlite, row.replaceAll('\n', ', '));
  for (const row of sqlite.prepare('SELECT * FROM blobs').iterate() as Iterable<Tables['blobs']>) {
    if (!isAsWritten({ ...row, blob_id: row.id }) || !fitsItsDocument(row)) yield `blob “${row.id}” of user ${row.user_id}`;
  }
  for (const row of sqlite.prepare('SELECT * FROM blob_versions').iterate() as Iterable<Tables['blob_versions']>) {
    if (!isAsWritten(row)) yield `version ${row.version} of blob “${row.blob_id}” of user ${row.user_id}`;
  }
}

function isAsWritten({ user_id: userId, blob_id: id, seq, version, updated_at: updatedAt, doc, digest }: Pick<Tables['blob_versions'], 'user_id' | 'blob_id' | 'seq' | 'version' | 'updated_at' | 'doc' | 'digest'>): boolean {
  return typeof doc === 'string' && digestRow({ userId, id, seq, version, updatedAt, doc }) === digest;
}

/** The columns by which blobs are found say what the document says. */
function fitsItsDocument(row: Tables['blobs']): boolean {
  const blob = JSON.parse(row.doc) as Blob;
  return row.id === blob.id && row.user_id === blob.user_id && row.version === blob.version && row.deleted === (blob.deleted ? 1 : 0) && row.schema_id === blob.schema_id
    && row.processor_id === blob.processor_id && row.parent_id === (blob.parent_id ?? null) && row.conversation_id === (blob.conversation_id ?? null)
    && row.tags === JSON.stringify(blob.tags) && row.created_at === blob.created_at && row.updated_at === blob.updated_at && row.size === row.doc.length;
}

const DEFINITIONS = `SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name`;

/** The tables and indexes are those that this version makes. */
function* compareSchema(sqlite: Sqlite): Generator<string> {
  const fresh = new SqliteFile(':memory:');
  try {
    migrate(fresh);
    const expected = fresh.prepare(DEFINITIONS).all() as { type: string; name: string }[];
    const own = new Map((sqlite.prepare(DEFINITIONS).all() as { name: string }[]).map((row) => [row.name, JSON.stringify(row)]));
    for (const row of expected) if (own.get(row.name) !== JSON.stringify(row)) yield `the definition of the ${row.type} ${row.name}`;
  } finally {
    fresh.close();
  }
}

/** “row 3 missing from index users_whole” is about the table users. */
function nameTable(sqlite: Sqlite, message: string): string {
  const index = / index (\w+)/.exec(message)?.[1];
  const table = index === undefined ? undefined : sqlite.prepare('SELECT tbl_name FROM sqlite_schema WHERE name = ?').pluck().get(index);
  return typeof table === 'string' ? `a row of the table ${table} (${message})` : message;
}
