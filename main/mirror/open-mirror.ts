import { RectoError } from '#schemas/errors.ts';
import type { Mark, MirrorRow, MirrorStore, Notice } from '#schemas/ipc.ts';
import { createBackupService, type BackupService } from './backup-service.ts';
import type { KeeperMethods } from './keeper-methods.ts';
import type { Place } from './layout.ts';
import type { MirrorThreadData } from './mirror-thread.ts';
import type { ReaderMethods } from './reader-methods.ts';
import { createThreadClient } from './thread-client.ts';

export interface OpenMirrorOptions {
  /** The library's file; its folder is there. */
  file: string;
  /** Entry of the worker threads: mirror-thread.ts, or what it is built to. */
  threadFile: string;
  /** Where backups go; it is made when the first is. */
  backupFolder: string;
  /** What the mirror did by itself: a damaged file that was put in order, a backup that could not be made. */
  onNotice(notice: Notice): void;
  now?(): number;
}

/**
 * The author's file and its backups. The methods of `Mirror` (app/ports.ts) throw RectoError storage_full,
 * storage_locked, storage_failed (call again, they recover by themselves), storage_newer (nothing is touched), and
 * not_found: the file was opened anew, so `open` the store again and compare.
 */
export interface MirrorService {
  readonly file: string;
  open(place: Place): Promise<MirrorStore>;
  write(store: number, rows: readonly MirrorRow[]): Promise<Mark>;
  read(store: number, after: Mark | null, limit: number): Promise<MirrorRow[]>;
  readKeys(store: number, after: Mark | null, limit: number): Promise<Pick<MirrorRow, 'id' | 'lwt' | 'rev'>[]>;
  readSome(store: number, ids: readonly string[]): Promise<MirrorRow[]>;
  forget(store: number): Promise<void>;
  readonly backups: BackupService;
  /** A copy of the library as it is now, to read from: the file itself is the thread's alone. @throws RectoError storage_full, storage_failed */
  copyTo(path: string): Promise<void>;
  /** Makes a backup if something changed, closes the file, ends the threads. Never throws; never waits longer than 20 s. */
  close(): Promise<void>;
}

/** Not while the window opens its books. */
const FIRST_BACKUP_MS = 15_000;
const BACKUP_CHECK_MS = 5 * 60_000;
const LAST_BACKUP_MS = 20_000;

/**
 * Starts the mirror's threads and puts the file in order: a damaged one is set aside, what is readable of it and the
 * newest backup make the new one, and a notice says so. A file that can't be opened is told too; the calls then fail by
 * code until it can. The rows of a large file are read while it is in use already.
 */
export async function openMirror(options: OpenMirrorOptions): Promise<MirrorService> {
  const { file, threadFile, onNotice, now = Date.now } = options;
  const keeper = createThreadClient<KeeperMethods>(threadFile, () => ({ role: 'keeper', file, backupFolder: backups.folder }) satisfies MirrorThreadData);
  const reader = createThreadClient<ReaderMethods>(threadFile, () => ({ role: 'reader' }) satisfies MirrorThreadData);
  const backups = createBackupService({ keeper, reader, libraryFile: file, folder: options.backupFolder, now, onNotice });

  const checkRows = async (): Promise<void> => {
    try {
      if ((await reader.call('check', file)) !== 'damaged') return;
      await keeper.call('distrust');
      await start();
    } catch (thrown) {
      onNotice({ kind: 'warning', message: RectoError.from(thrown, 'storage_failed').message });
    }
  };
  const start = async (): Promise<void> => {
    try {
      const { notices, rowsUnchecked } = await keeper.call('start');
      notices.forEach(onNotice);
      if (rowsUnchecked) void checkRows();
    } catch (thrown) {
      onNotice({ kind: 'warning', message: RectoError.from(thrown, 'storage_failed').message });
    }
  };
  /** A file that was put in order while it was in use is told with the first call that finds out. */
  const telling = async <T>(call: Promise<T>): Promise<T> => {
    try {
      return await call;
    } catch (thrown) {
      if (thrown instanceof RectoError && thrown.code === 'not_found') void start();
      throw thrown;
    }
  };

  await start();
  const first = setTimeout(() => void backups.takeIfDue(), FIRST_BACKUP_MS);
  first.unref();
  const hourly = setInterval(() => void backups.takeIfDue(), BACKUP_CHECK_MS);
  hourly.unref();

  return {
    file,
    backups,
    open: (place) => telling(keeper.call('open', place)),
    write: (store, rows) => telling(keeper.call('write', store, rows)),
    read: (store, after, limit) => telling(keeper.call('read', store, after, limit)),
    readKeys: (store, after, limit) => telling(keeper.call('readKeys', store, after, limit)),
    readSome: (store, ids) => telling(keeper.call('readSome', store, ids)),
    forget: (store) => telling(keeper.call('forget', store)),
    copyTo: (path) => keeper.call('copyTo', path, path),
    async close() {
      clearTimeout(first);
      clearInterval(hourly);
      await Promise.race([backups.takeIfChanged(), new Promise((resolve) => setTimeout(resolve, LAST_BACKUP_MS).unref())]);
      // What is written is on the disk already: closing only tidies up.
      await keeper.call('close').catch(() => undefined);
      await Promise.all([keeper.end(), reader.end()]);
    },
  };
}
