import { realpathSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { RectoError } from '#schemas/errors.ts';
import type { BackupEntry } from '#schemas/ipc.ts';
import { parseBackupName } from './backup-names.ts';
import { readBackup } from './read-backup.ts';

/**
 * A backup that the author opened from anywhere; its `id` is the caller's to set.
 * @param libraryFile the library that is open
 * @throws RectoError storage_locked (it is the library itself), and those of readBackup
 */
export function describeBackupFile(path: string, libraryFile: string): BackupEntry {
  if (isSameFile(path, libraryFile)) throw new RectoError('storage_locked', 'This is the library that you are working in, not a backup of it. Choose a file whose name begins with “Recto”.');
  readBackup(path, () => undefined);
  const { size, mtime } = statSync(path);
  const fileName = basename(path);
  const takenAt = parseBackupName(fileName)?.takenAt ?? mtime;
  return { id: path, fileName, takenAt: takenAt.toISOString(), sizeBytes: size, kind: 'file' };
}

function isSameFile(a: string, b: string): boolean {
  try {
    return realpathSync(a) === realpathSync(b);
  } catch {
    return false; // one of them is not there: reading it says so
  }
}
