/** What the thread does that reads: backups, and the library's file behind the back of the one that writes it. */
import type { Blob } from '#schemas/blob.ts';
import type { BackupBook, BackupEntry } from '#schemas/ipc.ts';
import { inspectBackup, readBookOfBackup } from './backup-books.ts';
import { finishBackup, listBackups, prepareBackup, thinOutBackups, tryFolder } from './backup-folder.ts';
import type { BackupKind } from './backup-names.ts';
import { checkLibrary, type LibraryState } from './check-library.ts';
import { describeBackupFile } from './describe-backup-file.ts';
import { fingerprintOf } from './library-fingerprint.ts';
import { readBackup } from './read-backup.ts';

export interface ReaderMethods {
  check(path: string): LibraryState;
  list(folder: string): BackupEntry[];
  prepare(folder: string): string;
  finish(folder: string, copy: string, kind: BackupKind, takenAt: number): BackupEntry;
  thinOut(folder: string, now: number): string[];
  tryFolder(folder: string): void;
  /** Of a backup. */
  fingerprint(path: string): string;
  describe(path: string, libraryFile: string): BackupEntry;
  inspect(path: string): BackupBook[];
  readBook(path: string, library: string, bookId: string, after: string | null): { blobs: Blob[]; next: string | null };
}

export function createReaderMethods(): ReaderMethods {
  return {
    check: (path) => checkLibrary(path, { rows: true }),
    list: listBackups,
    prepare: prepareBackup,
    finish: (folder, copy, kind, takenAt) => finishBackup(folder, copy, kind, new Date(takenAt)),
    thinOut: thinOutBackups,
    tryFolder,
    fingerprint: (path) => readBackup(path, fingerprintOf),
    describe: describeBackupFile,
    inspect: inspectBackup,
    readBook: readBookOfBackup,
  };
}
