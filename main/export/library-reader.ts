/** Reads a library's file, or a backup of one, with no app running: layout.ts and docs/library-file.md say how it is laid out. */
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import Sqlite, { type Database } from 'better-sqlite3';
import type { LibrarySource } from '#processors/contract/library-source.ts';
import type { Blob } from '#schemas/blob.ts';
import { RectoError } from '#schemas/errors.ts';
import { APPLICATION_ID, checksumOfPlace, checksumOfRow, LAYOUT_VERSION } from '../mirror/layout.ts';
import { readHeader } from '../mirror/library-connection.ts';
import { codeOf, isDamage } from '../mirror/mirror-error.ts';

const PAGE_ROWS = 200;
/** Pictures are long: fewer of them are a page. */
const PAGE_CHARACTERS = 16_000_000;
const LOCK_WAIT_MS = 2000;
const SAFE = 'Nothing in it was changed.';

export interface LibraryReader extends LibrarySource {
  count(library: string): number;
  /** By id. @throws RectoError storage_damaged, file_unreadable */
  pages(library: string): Generator<Blob[]>;
  /** @throws RectoError storage_damaged, file_unreadable */
  get(library: string, id: string): Blob | null;
  close(): void;
}

interface Row {
  id: string;
  lwt: number;
  rev: string;
  deleted: number;
  checksum: number;
  body: string;
}

interface Store {
  id: number;
  database: string;
  schemaVersion: number;
}

/**
 * Opens it as it is at this moment: what is written meanwhile is not seen.
 * @throws RectoError file_unreadable, storage_damaged (also: no library), storage_newer, storage_locked
 */
export function openLibraryReader(path: string): LibraryReader {
  checkHeader(path);
  const opened = openDatabase(path);
  try {
    opened.database.pragma('query_only = ON');
    opened.database.exec('BEGIN');
    return new FileReader(path, opened);
  } catch (thrown) {
    opened.close();
    throw explain(thrown, path);
  }
}

/** What the header alone tells, before SQLite touches the file. */
function checkHeader(path: string): void {
  let header;
  try {
    header = readHeader(path);
  } catch (thrown) {
    throw explain(thrown, path);
  }
  const name = basename(path);
  if (!header) {
    if (existsSync(path)) throw new RectoError('storage_damaged', `“${name}” is empty: there is no library in it. Take a backup instead (its name begins with “Recto”).`);
    throw new RectoError('file_unreadable', `There is no file “${path}”.`);
  }
  if (!header.isSqlite || header.applicationId !== APPLICATION_ID) throw new RectoError('storage_damaged', `“${name}” is not a library of Recto, or its beginning is damaged. ${SAFE} Take library.recto, or a backup.`);
  if (header.version > LAYOUT_VERSION) throw new RectoError('storage_newer', `“${name}” was written by a newer Recto. ${SAFE} Install the newest Recto, then try again.`);
}

interface Opened {
  database: Database;
  close(): void;
}

/**
 * SQLite keeps two files beside one in WAL mode, and takes them away at the end only where it may write. Where it may not, such as on a
 * disk that is read-only, a copy is read.
 */
function openDatabase(path: string): Opened {
  try {
    const database = new Sqlite(path, { fileMustExist: true, timeout: LOCK_WAIT_MS });
    try {
      database.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get();
      return { database, close: () => void database.close() };
    } catch (thrown) {
      database.close();
      throw thrown;
    }
  } catch (thrown) {
    if (!/^SQLITE_(READONLY|CANTOPEN|PERM)/.test(codeOf(thrown))) throw explain(thrown, path);
  }
  return openCopy(path);
}

function openCopy(path: string): Opened {
  const folder = mkdtempSync(join(tmpdir(), 'recto-read-'));
  const removeCopy = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const copy = join(folder, 'library.recto');
    copyFileSync(path, copy);
    if (existsSync(`${path}-wal`)) copyFileSync(`${path}-wal`, `${copy}-wal`);
    const database = new Sqlite(copy, { fileMustExist: true });
    return {
      database,
      close() {
        database.close();
        removeCopy();
      },
    };
  } catch (thrown) {
    removeCopy();
    throw explain(thrown, path);
  }
}

class FileReader implements LibraryReader {
  damagedRows = 0;
  readonly #path: string;
  readonly #opened: Opened;
  readonly #stores: Map<string, Store>;
  readonly #page;
  readonly #one;

  constructor(path: string, opened: Opened) {
    this.#path = path;
    this.#opened = opened;
    const { database } = opened;
    // Of one that was upgraded, the last: the older ones are what it was made from.
    const stores = database.prepare<[], Store>("SELECT id, database, schema_version AS schemaVersion FROM stores WHERE collection = 'blobs' ORDER BY schema_version").all();
    this.#stores = new Map(stores.map((store) => [store.database, store]));
    this.#page = database.prepare<[number, string, number], Row>('SELECT id, lwt, rev, deleted, checksum, body FROM documents WHERE store = ? AND id > ? ORDER BY id LIMIT ?');
    this.#one = database.prepare<[number, string], Row>('SELECT id, lwt, rev, deleted, checksum, body FROM documents WHERE store = ? AND id = ?');
  }

  get libraries(): string[] {
    return [...this.#stores.keys()].toSorted();
  }

  count(library: string): number {
    return this.#attempt(() => this.#opened.database.prepare<[number], { rows: number }>('SELECT count(*) AS rows FROM documents WHERE store = ?').get(this.#store(library).id)?.rows ?? 0);
  }

  *pages(library: string): Generator<Blob[]> {
    const store = this.#store(library);
    for (let after = ''; ; ) {
      const rows = this.#attempt(() => takePage(this.#page.iterate(store.id, after, PAGE_ROWS)));
      const last = rows.at(-1);
      if (!last) return;
      yield rows.flatMap((row) => this.#toBlob(store, row) ?? []);
      after = last.id;
    }
  }

  get(library: string, id: string): Blob | null {
    const store = this.#store(library);
    const row = this.#attempt(() => this.#one.get(store.id, id));
    return row ? this.#toBlob(store, row) : null;
  }

  close(): void {
    this.#opened.close();
  }

  #store(library: string): Store {
    const store = this.#stores.get(library);
    if (!store) throw new RectoError('not_found', `“${basename(this.#path)}” has no library “${library}”.`);
    return store;
  }

  #attempt<T>(work: () => T): T {
    try {
      return work();
    } catch (thrown) {
      throw explain(thrown, this.#path);
    }
  }

  #toBlob({ database, schemaVersion }: Store, { checksum, deleted, ...rest }: Row): Blob | null {
    const row = { ...rest, deleted: deleted === 1 };
    if (checksumOfRow(checksumOfPlace({ database, collection: 'blobs', schemaVersion }), row) !== checksum) {
      this.damagedRows += 1;
      return null;
    }
    const { _deleted, _attachments, _rev, _meta, ...blob } = JSON.parse(row.body) as Record<string, unknown>;
    return { ...blob, deleted: row.deleted } as Blob;
  }
}

function takePage(rows: IterableIterator<Row>): Row[] {
  const page: Row[] = [];
  let characters = 0;
  for (const row of rows) {
    page.push(row);
    characters += row.body.length;
    if (characters >= PAGE_CHARACTERS) break;
  }
  return page;
}

function explain(thrown: unknown, path: string): RectoError {
  if (thrown instanceof RectoError) return thrown;
  const name = basename(path);
  const code = codeOf(thrown);
  if (/^SQLITE_(BUSY|LOCKED|PROTOCOL)/.test(code)) return new RectoError('storage_locked', `Another program holds “${name}”. ${SAFE} Close it and try again, or take a backup.`, { cause: thrown });
  if (isDamage(thrown)) return new RectoError('storage_damaged', `“${name}” is damaged. ${SAFE} Open Recto, which puts its library in order by itself, or take a backup.`, { cause: thrown });
  return new RectoError('file_unreadable', `“${path}” can’t be read (${code || String(thrown)}). ${SAFE}`, { cause: thrown });
}
