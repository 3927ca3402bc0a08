/** The folder of backups. All of it reads and writes the disk, so it runs in a thread. */
import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { RectoError } from '#schemas/errors.ts';
import type { BackupEntry } from '#schemas/ipc.ts';
import { nameBackup, parseBackupName, PARTIAL_ENDING, type BackupKind } from './backup-names.ts';
import { checkLibrary } from './check-library.ts';
import { chooseBackups, isOutdated } from './choose-backups.ts';
import { codeOf, toMirrorError } from './mirror-error.ts';

const SAFE = 'Your books are safe in the library itself.';

/** Newest first; none where there is no folder yet. @throws RectoError storage_failed */
export function listBackups(folder: string): BackupEntry[] {
  return inFolder(folder, () => {
    const entries = namesIn(folder).flatMap((fileName) => {
      const parsed = parseBackupName(fileName);
      const file = parsed && statSync(join(folder, fileName), { throwIfNoEntry: false });
      if (!parsed || !file?.isFile()) return [];
      return [{ id: fileName, fileName, takenAt: parsed.takenAt.toISOString(), sizeBytes: file.size, kind: parsed.kind }];
    });
    return entries.toSorted((a, b) => (a.takenAt === b.takenAt ? (a.fileName < b.fileName ? 1 : -1) : a.takenAt < b.takenAt ? 1 : -1));
  });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return [];
    throw thrown;
  }
}

/**
 * Makes the folder if need be, and room for a new backup in it: what an interrupted one left goes.
 * @returns the path to copy the library to
 * @throws RectoError storage_full, storage_failed
 */
export function prepareBackup(folder: string): string {
  return inFolder(folder, () => {
    mkdirSync(folder, { recursive: true });
    for (const name of readdirSync(folder)) if (name.startsWith('Recto ') && name.includes(PARTIAL_ENDING)) rmSync(join(folder, name), { force: true });
    return join(folder, `Recto ${process.pid}${PARTIAL_ENDING}`);
  });
}

/**
 * A finished copy becomes a backup: one file without a WAL, checked, on the disk, under its name.
 * @throws RectoError storage_damaged (the copy is gone again), storage_full, storage_failed
 */
export function finishBackup(folder: string, copy: string, kind: BackupKind, takenAt: Date): BackupEntry {
  return inFolder(folder, () => {
    const database = new Sqlite(copy, { fileMustExist: true });
    try {
      database.pragma('journal_mode = DELETE');
    } finally {
      database.close();
    }
    if (checkLibrary(copy, { rows: true }) !== 'good') {
      rmSync(copy, { force: true });
      throw new RectoError('storage_damaged', `The backup came out damaged, so it was not kept. ${SAFE} Check the disk that holds “${folder}”.`);
    }
    syncToDisk(copy);
    const fileName = freeName(folder, kind, takenAt);
    renameSync(copy, join(folder, fileName));
    if (process.platform !== 'win32') syncToDisk(folder);
    const { size } = statSync(join(folder, fileName));
    return { id: fileName, fileName, takenAt: parseBackupName(fileName)!.takenAt.toISOString(), sizeBytes: size, kind };
  });
}

/** Deletes what is not kept any more. @returns their names */
export function thinOutBackups(folder: string, now: number): string[] {
  const backups = listBackups(folder).map((backup) => ({ ...backup, time: Date.parse(backup.takenAt) }));
  const kept = chooseBackups(backups.filter(({ kind }) => kind === 'automatic').map(({ time }) => time), now);
  const old = backups.filter(({ kind, time }) => (kind === 'automatic' && !kept.has(time)) || (kind === 'before-restore' && isOutdated(time, now)));
  return inFolder(folder, () => old.map(({ fileName }) => {
    rmSync(join(folder, fileName), { force: true });
    return fileName;
  }));
}

/** @throws RectoError storage_full, storage_failed when nothing can be written there */
export function tryFolder(folder: string): void {
  inFolder(folder, () => {
    mkdirSync(folder, { recursive: true });
    const probe = join(folder, `Recto ${process.pid}${PARTIAL_ENDING}`);
    syncToDisk(probe, 'w');
    rmSync(probe);
  });
}

function freeName(folder: string, kind: BackupKind, takenAt: Date): string {
  for (let copy = 1; ; copy++) {
    const name = nameBackup(takenAt, kind, copy);
    if (!statSync(join(folder, name), { throwIfNoEntry: false })) return name;
  }
}

function syncToDisk(path: string, flags = 'r'): void {
  // Windows syncs only what is open for writing.
  const file = openSync(path, process.platform === 'win32' && flags === 'r' ? 'r+' : flags);
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Errors say what it means for backups, not for the library. */
function inFolder<T>(folder: string, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    throw toBackupError(thrown, folder);
  }
}

export function toBackupError(thrown: unknown, folder: string): RectoError {
  if (thrown instanceof RectoError && thrown.message.includes(SAFE)) return thrown;
  const { code, message } = toMirrorError(thrown, join(folder, 'backup'));
  if (code === 'storage_full') return new RectoError(code, `The disk of the backups is full. ${SAFE} Make room in “${folder}”, or choose another folder for backups.`, { cause: thrown });
  if (code !== 'storage_failed') return new RectoError(code, message, { cause: thrown });
  const why = /read-only/.test(message) ? 'is read-only' : 'can’t be reached or written';
  return new RectoError(code, `The folder of the backups, “${folder}”, ${why}. ${SAFE} Bring it back, or choose another folder for backups.`, { cause: thrown });
}
