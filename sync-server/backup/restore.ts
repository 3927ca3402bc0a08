import { randomBytes } from 'node:crypto';
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import SqliteFile from 'better-sqlite3';
import { RectoError } from '#schemas/errors.ts';
import { removeMark } from '../db/commit-mark.ts';
import { requireReadable } from '../db/find-damage.ts';
import { lockFiles } from '../db/lock-files.ts';
import { RESTORING } from '../db/restoring.ts';
import { breakSeal, hashFile, syncFolder, syncTree } from '../db/seal.ts';
import { KEYS, type BackupSources } from './back-up.ts';
import { damagedBackup, DATABASE, verifyBackup, type BackupFile, type Manifest } from './manifest.ts';

export interface Restored {
  manifest: Manifest;
  /** Where what was there before is now; null: nothing was there. */
  aside: string | null;
}

/**
 * Puts a backup in the place of what is there. Everything is looked at and copied before anything is touched; what was there is
 * moved aside. The server has a new epoch then, by which devices know to send up again what the backup lacks.
 * @throws RectoError storage_locked (a server runs), file_unreadable, storage_damaged, storage_newer, storage_full, file_unwritable
 */
export function restore(sources: BackupSources, folder: string, now: number): Restored {
  const backup = resolve(folder);
  const letGo = lockFiles(sources);
  const draft = `${join(sources.dataDir, RESTORING)}.part`;
  const newDatabase = `${sources.databaseFile}.restoring`;
  try {
    const manifest = verifyBackup(backup);
    rmSync(draft, { recursive: true, force: true });
    for (const file of manifest.files) copyChecked(backup, file, file.path === DATABASE ? newDatabase : join(draft, ...file.path.split('/')));
    mkdirSync(draft, { recursive: true, mode: 0o700 });
    beginEpoch(newDatabase, backup);
    syncTree(draft);
    const aside = swap(sources, { draft, newDatabase, suffix: `before-restore-${new Date(now).toISOString().replaceAll(/[:.]/g, '-')}` });
    return { manifest, aside };
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    for (const end of ['', '-wal', '-shm']) rmSync(`${newDatabase}${end}`, { force: true });
    throw toRestoreError(error);
  } finally {
    letGo();
  }
}

function copyChecked(backup: string, { path, sha256 }: BackupFile, to: string): void {
  mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
  copyFileSync(join(backup, ...path.split('/')), to);
  // On its way from another machine it may have become readable for all.
  chmodSync(to, 0o600);
  if (hashFile(to) !== sha256) throw damagedBackup(backup, [`${path} is read differently each time`]);
}

/** Checks the copy row by row, and makes it another database than the one that devices know. */
function beginEpoch(file: string, backup: string): void {
  const sqlite = new SqliteFile(file);
  try {
    sqlite.pragma('synchronous = EXTRA');
    requireReadable(sqlite, join(backup, DATABASE));
    sqlite.prepare(`UPDATE meta SET value = ? WHERE key = 'epoch'`).run(randomBytes(9).toString('base64url'));
  } finally {
    sqlite.close();
  }
}

/** What stands in the data folder: by name in the backup, and where it belongs. */
function listPlaces({ dataDir, natsDir }: BackupSources): [name: string, path: string][] {
  return [...KEYS.map((key): [string, string] => [key, join(dataDir, key)]), ['attachments', join(dataDir, 'attachments')], ['nats-keys', join(natsDir, 'keys')]];
}

function swap(sources: BackupSources, { draft, newDatabase, suffix }: { draft: string; newDatabase: string; suffix: string }): string | null {
  const { dataDir, databaseFile } = sources;
  const ready = join(dataDir, RESTORING);
  const aside = join(dataDir, suffix);
  rmSync(ready, { recursive: true, force: true });
  renameSync(draft, ready);
  syncFolder(dataDir);
  const moved = [
    ...['', '-wal', '-shm'].map((end): [string, string] => [`${databaseFile}${end}`, `${databaseFile}.${suffix}${end}`]),
    ...listPlaces(sources).filter(([name]) => existsSync(join(ready, name)) || name === 'attachments').map(([name, path]): [string, string] => [path, join(aside, name)]),
  ].filter(([from]) => existsSync(from));
  breakSeal(databaseFile);
  // It is about another file.
  removeMark(databaseFile);
  for (const [from, to] of moved) {
    mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
    move(from, to);
  }
  for (const [name, path] of listPlaces(sources)) {
    if (!existsSync(join(ready, name))) continue;
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    move(join(ready, name), path);
  }
  renameSync(newDatabase, databaseFile);
  syncFolder(dirname(databaseFile));
  rmSync(ready, { recursive: true, force: true });
  syncFolder(dataDir);
  return moved.length > 0 ? `${databaseFile}.${suffix}` : null;
}

/** Also where the two are on different disks: `restoring` stands in the data folder until all of them are in their places. */
function move(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    // What an interrupted one left half.
    rmSync(to, { recursive: true, force: true });
    cpSync(from, to, { recursive: true });
    if (statSync(to).isDirectory()) syncTree(to);
    syncFolder(dirname(to));
    rmSync(from, { recursive: true });
  }
}

function toRestoreError(error: unknown): unknown {
  if (error instanceof RectoError) return error;
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'SQLITE_FULL') return new RectoError('storage_full', 'There is no room to put the backup in its place. Make room and restore again: nothing was overwritten.', { cause: error });
  return new RectoError('file_unwritable', `The backup could not be put in its place: ${message}. Nothing was overwritten; restore again.`, { cause: error });
}
