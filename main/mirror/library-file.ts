/**
 * The author's library file: every row of the window's storage, in the order of writing. Synchronous; it runs in a
 * thread of its own (mirror-thread.ts), in tests and in scripts.
 */
import type { Database } from 'better-sqlite3';
import { RectoError } from '#schemas/errors.ts';
import type { Mark, MirrorRow, MirrorStore } from '#schemas/ipc.ts';
import { checksumOfPlace, checksumOfRow, type Place } from './layout.ts';
import { connect, identityOf, readHeader, type FileIdentity } from './library-connection.ts';
import { createStatements, type StoredRow, type Statements } from './library-statements.ts';
import { toMirrorError } from './mirror-error.ts';

/** A page of rows ends when its bodies come to this many characters, so that it fits one message of the IPC. */
const PAGE_CHARACTERS = 4_000_000;

/**
 * `Mirror` of app/ports.ts without the promises. Each method throws RectoError:
 * - storage_full, storage_locked, storage_failed: call again later, it recovers by itself;
 * - storage_damaged: the file is broken (see recover-library.ts);
 * - storage_newer: a newer Recto wrote it; nothing is touched;
 * - not_found: the store was not opened since this file was. It may have been lost and made anew: `open` the store
 *   again and compare.
 */
export interface LibraryFile {
  readonly path: string;
  open(place: Place): MirrorStore;
  /**
   * On the disk when it returns. A row that is there in this or a later state (by lwt) is left.
   * @returns the store's last mark
   */
  write(store: number, rows: readonly MirrorRow[]): Mark;
  /**
   * Rows after the mark by (lwt, id), ids by their UTF-8 bytes. A page may be shorter than `limit` before the end: an empty one is the end.
   * A row whose checksum is wrong is left out, and `damagedRows` counts it.
   */
  read(store: number, after: Mark | null, limit: number): MirrorRow[];
  /** The same order; an empty page is the end. */
  readKeys(store: number, after: Mark | null, limit: number): Pick<MirrorRow, 'id' | 'lwt' | 'rev'>[];
  /** Rows by their ids, in that order; what is not there is left out. */
  readSome(store: number, ids: readonly string[]): MirrorRow[];
  forget(store: number): void;
  /** Rows met so far whose checksum was wrong. */
  readonly damagedRows: number;
  /** The open connection, for backups; it changes when the file was made anew. */
  connection(): Database;
  close(): void;
}

/**
 * Opens the library at a path, and makes it where it is not there. A path that can't be opened now throws now; later
 * calls open it again when they can.
 * @throws RectoError storage_full, storage_locked, storage_failed, storage_damaged, storage_newer
 */
export function openLibraryFile(path: string): LibraryFile {
  const file = new OpenLibraryFile(path);
  file.connection();
  return file;
}

interface Connected {
  database: Database;
  statements: Statements;
  identity: FileIdentity;
  walIdentity: FileIdentity;
}

class OpenLibraryFile implements LibraryFile {
  readonly path: string;
  damagedRows = 0;
  /** The checksum of each store's place, of those that were opened in this file. */
  readonly #places = new Map<number, number>();
  #openedFile: FileIdentity = null;
  #connected: Connected | null = null;
  #closed = false;

  constructor(path: string) {
    this.path = path;
  }

  connection(): Database {
    return this.#attempt(({ database }) => database);
  }

  open(place: Place): MirrorStore {
    return this.#attempt(() => {
      if (identityOf(this.path) !== this.#openedFile) this.#disconnect();
      const connected = this.#connect();
      const { findStore, addStore, lastMark, countRows } = connected.statements;
      const key = [place.database, place.collection, place.schemaVersion] as const;
      let found = findStore.get(...key);
      if (!found) {
        addStore(place);
        found = findStore.get(...key)!;
      }
      this.#places.set(found.id, checksumOfPlace(place));
      return { store: found.id, mark: lastMark.get(found.id) ?? null, rows: countRows.get(found.id)!.rows, fromBackupOf: found.from_backup_of };
    });
  }

  write(store: number, rows: readonly MirrorRow[]): Mark {
    return this.#attempt((connected) => {
      const ofPlace = this.#placeOf(store);
      if (rows.length > 0) {
        connected.statements.writeRows(store, rows.map((row) => ({ row, checksum: checksumOfRow(ofPlace, row) })));
      }
      const mark = connected.statements.lastMark.get(store);
      if (rows.length > 0) this.#refuseGhost(connected);
      if (!mark) throw new RectoError('malformed', 'A write without rows to a store without rows has no mark.');
      return mark;
    });
  }

  read(store: number, after: Mark | null, limit: number): MirrorRow[] {
    return this.#attempt((connected) => {
      const ofPlace = this.#placeOf(store);
      const page: MirrorRow[] = [];
      let characters = 0;
      for (const stored of connected.statements.rowsAfter.iterate(store, after?.lwt ?? -1, after?.lwt ?? -1, after?.id ?? '')) {
        const row = this.#verify(ofPlace, stored);
        if (!row) continue;
        page.push(row);
        characters += row.body.length;
        if (page.length === limit || characters >= PAGE_CHARACTERS) break;
      }
      return page;
    });
  }

  readKeys(store: number, after: Mark | null, limit: number): Pick<MirrorRow, 'id' | 'lwt' | 'rev'>[] {
    return this.#attempt((connected) => {
      this.#placeOf(store);
      return connected.statements.keysAfter.all(store, after?.lwt ?? -1, after?.lwt ?? -1, after?.id ?? '', limit);
    });
  }

  readSome(store: number, ids: readonly string[]): MirrorRow[] {
    return this.#attempt((connected) => {
      const ofPlace = this.#placeOf(store);
      return ids.flatMap((id) => {
        const stored = connected.statements.rowById.get(store, id);
        return (stored && this.#verify(ofPlace, stored)) ?? [];
      });
    });
  }

  forget(store: number): void {
    this.#attempt((connected) => {
      this.#placeOf(store);
      connected.statements.forgetStore(store);
      this.#places.delete(store);
      this.#refuseGhost(connected);
    });
  }

  close(): void {
    this.#closed = true;
    this.#disconnect();
  }

  #attempt<T>(work: (connected: Connected) => T): T {
    try {
      return work(this.#connect());
    } catch (thrown) {
      const error = toMirrorError(thrown, this.path);
      // The next call opens the file again: what stood in the way may be gone by then. A full or locked file needs none.
      if (error.code === 'storage_failed' || error.code === 'storage_damaged') this.#disconnect();
      throw error;
    }
  }

  #connect(): Connected {
    if (this.#closed) throw new RectoError('storage_failed', 'The library’s file was closed; Recto is about to end. What you wrote is safe in this window’s storage.');
    if (this.#connected) return this.#connected;
    const anew = readHeader(this.path) === null;
    const database = connect(this.path);
    const identity = identityOf(this.path);
    // Another file than the one whose stores were opened: their numbers mean nothing in it. One that was made just now
    // may have got the inode of the one that was deleted.
    if (anew || identity !== this.#openedFile) this.#places.clear();
    this.#openedFile = identity;
    this.#connected = { database, statements: createStatements(database), identity, walIdentity: identityOf(`${this.path}-wal`) };
    return this.#connected;
  }

  #disconnect(): void {
    const database = this.#connected?.database;
    this.#connected = null;
    database?.close();
  }

  #placeOf(store: number): number {
    const ofPlace = this.#places.get(store);
    if (ofPlace === undefined) throw new RectoError('not_found', 'The library’s file was opened anew, and this part of it was not yet. It is opened and compared by itself.');
    return ofPlace;
  }

  #verify(ofPlace: number, { checksum, ...stored }: StoredRow): MirrorRow | null {
    const row: MirrorRow = { ...stored, deleted: stored.deleted === 1 };
    if (checksumOfRow(ofPlace, row) === checksum) return row;
    this.damagedRows += 1;
    return null;
  }

  /**
   * A file that was deleted or replaced while it is open still takes writes, which nobody will ever read: what was
   * just written counts only if the path still leads to it.
   * @throws RectoError not_found: the file was made anew
   */
  #refuseGhost(connected: Connected): void {
    if (identityOf(this.path) !== connected.identity) {
      this.#disconnect();
      this.#connect();
      throw new RectoError('not_found', 'The library’s file was deleted or replaced while Recto had it open. It was made anew, and everything is written to it again by itself.');
    }
    const wal = identityOf(`${this.path}-wal`);
    if (wal === connected.walIdentity) return;
    // It comes with the first write.
    if (connected.walIdentity === null) {
      connected.walIdentity = wal;
      return;
    }
    // Only the WAL was taken away: what it held goes into the file from memory's view of it, then a new one begins.
    connected.database.pragma('wal_checkpoint(TRUNCATE)');
    this.#disconnect();
    this.#connect();
  }
}
