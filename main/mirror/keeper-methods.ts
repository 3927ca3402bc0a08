/** What the thread that keeps the library's file does. It alone has the file open for writing. */
import type { Mark, MirrorRow, MirrorStore, Notice } from '#schemas/ipc.ts';
import { RectoError } from '#schemas/errors.ts';
import { toBackupError } from './backup-folder.ts';
import { fingerprintOf } from './library-fingerprint.ts';
import type { Place } from './layout.ts';
import { openLibraryFile, type LibraryFile } from './library-file.ts';
import { putLibraryInOrder } from './put-in-order.ts';

export interface KeeperMethods {
  /**
   * Puts the file in order if need be and opens it.
   * @returns what a person should know of it, each once; and whether its rows are still to be checked
   */
  start(): { notices: Notice[]; rowsUnchecked: boolean };
  open(place: Place): MirrorStore;
  write(store: number, rows: readonly MirrorRow[]): Mark;
  read(store: number, after: Mark | null, limit: number): MirrorRow[];
  readKeys(store: number, after: Mark | null, limit: number): Pick<MirrorRow, 'id' | 'lwt' | 'rev'>[];
  readSome(store: number, ids: readonly string[]): MirrorRow[];
  forget(store: number): void;
  /** Where backups are looked for when the file is lost. */
  setBackupFolder(folder: string): void;
  /** The next call puts the file in order: it was found damaged by someone else. */
  distrust(): void;
  /** See fingerprintOf. */
  fingerprint(): string;
  /** A copy of the library as it is, while it is written on. Errors are those of the folder of backups. */
  copyTo(path: string, folder: string): Promise<void>;
  close(): void;
}

/** Pages that go into a copy between two other calls: 4 MB, some 5 ms. */
const COPY_PAGES = 1000;

export function createKeeperMethods(path: string, firstBackupFolder: string): KeeperMethods {
  let file: LibraryFile | null = null;
  let distrusted = false;
  let backupFolder = firstBackupFolder;
  let notices: Notice[] = [];
  let rowsUnchecked = false;

  const library = (): LibraryFile => {
    if (file) return file;
    const order = putLibraryInOrder(path, { backupFolder, now: new Date(), distrusted });
    notices.push(...order.notices);
    ({ rowsUnchecked } = order);
    distrusted = false;
    file = openLibraryFile(path);
    return file;
  };

  const close = (): void => {
    file?.close();
    file = null;
  };

  /** A file that turns out to be damaged is put in order by the next call; rows that were damaged likewise. */
  const use = <T>(work: (library: LibraryFile) => T): T => {
    try {
      const opened = library();
      const result = work(opened);
      if (opened.damagedRows > 0) {
        close();
        distrusted = true;
      }
      return result;
    } catch (thrown) {
      if (!(thrown instanceof RectoError) || thrown.code !== 'storage_damaged') throw thrown;
      close();
      distrusted = true;
      throw new RectoError('storage_failed', thrown.message, { cause: thrown });
    }
  };

  return {
    start() {
      use(() => undefined);
      const told = { notices, rowsUnchecked };
      notices = [];
      rowsUnchecked = false;
      return told;
    },
    open: (place) => use((library) => library.open(place)),
    write: (store, rows) => use((library) => library.write(store, rows)),
    read: (store, after, limit) => use((library) => library.read(store, after, limit)),
    readKeys: (store, after, limit) => use((library) => library.readKeys(store, after, limit)),
    readSome: (store, ids) => use((library) => library.readSome(store, ids)),
    forget: (store) => use((library) => library.forget(store)),
    setBackupFolder(folder) {
      backupFolder = folder;
    },
    distrust() {
      close();
      distrusted = true;
    },
    fingerprint: () => use((library) => fingerprintOf(library.connection())),
    async copyTo(target, folder) {
      const database = use((library) => library.connection());
      try {
        await database.backup(target, { progress: () => COPY_PAGES });
      } catch (thrown) {
        throw toBackupError(thrown, folder);
      }
    },
    close,
  };
}
