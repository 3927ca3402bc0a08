/** A new library from what can be had: the newest good backup beneath, what is readable of the damaged file above. */
import { closeSync, copyFileSync, existsSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Sqlite, { type Database } from 'better-sqlite3';
import { RectoError } from '#schemas/errors.ts';
import type { BackupEntry, MirrorRow, Notice } from '#schemas/ipc.ts';
import { listBackups } from './backup-folder.ts';
import { checkLibrary, readPlaces } from './check-library.ts';
import type { Place } from './layout.ts';
import { connect } from './library-connection.ts';
import { nameMissing } from './name-missing.ts';
import { createRowWriter } from './row-writer.ts';
import { isWorthSalvaging, salvageRows, type FoundKey, type RawRow } from './salvage-rows.ts';

export interface RebuildOptions {
  backupFolder: string;
  now: Date;
  /** There is no file, or an empty one, and nothing but backups says that there was more. */
  isNew: boolean;
  /** Rows of its WAL. */
  inWal: readonly RawRow[];
}

/** The file itself comes last: a WAL that stays where another file comes would be played into that. */
const SIDES = ['-shm', '-wal', ''] as const;
const buildingOf = (path: string): string => `${path}.building`;
/** A whole new library that only waits for its name. */
const builtOf = (path: string): string => `${path}.built`;

/** A rebuild that a crash interrupted between the old file's going and the new one's coming is brought to its end. */
export function finishRebuilding(path: string, now: Date): void {
  for (const side of [...SIDES, '-journal']) rmSync(buildingOf(path) + side, { force: true });
  if (!existsSync(builtOf(path))) return;
  setAside(path, now);
  renameSync(builtOf(path), path);
}

/** @returns what the author should know; null: this is a first start */
export function rebuildLibrary(path: string, options: RebuildOptions): Notice | null {
  const backup = newestGoodBackup(options.backupFolder);
  if (options.isNew && !backup) return null;
  const building = buildingOf(path);
  let built: Built;
  try {
    if (backup) copyFileSync(join(options.backupFolder, backup.fileName), building);
    built = build(path, building, backup, options.inWal);
    syncToDisk(building);
  } catch (thrown) {
    // On a full disk it would stand in the way of what frees it.
    for (const side of SIDES) rmSync(building + side, { force: true });
    throw thrown;
  }
  renameSync(building, builtOf(path));
  const aside = setAside(path, options.now);
  renameSync(builtOf(path), path);
  if (process.platform !== 'win32') syncToDisk(dirname(path));
  return { kind: 'warning', message: tell({ file: basename(path), aside, backup, ...built }) };
}

interface Built {
  /** Rows of the old file and its WAL, older states among them. */
  salvaged: number;
  missing: string | null;
}

function build(path: string, building: string, backup: BackupEntry | null, inWal: RebuildOptions['inWal']): Built {
  const database = connect(building);
  try {
    const known = [...readPlaces(database).values()];
    const writer = createRowWriter(database, { newStores: true });
    let salvaged = 0;
    const add = (place: Place, row: MirrorRow): void => {
      if (!isWorthSalvaging(place)) return;
      salvaged += 1;
      writer.add(place, row);
    };
    const readable = isReadable(path);
    const keys = readable ? salvageRows(path, { known, inWal, onRow: add }) : [];
    writer.finish();
    const lost = keysNotThere(database, keys);
    // Where the trees are whole, their keys name every row that there was.
    if (backup) markBackup(database, backup, readable && checkLibrary(path, { rows: false }) === 'good' ? lost.map(({ place }) => place) : [...readPlaces(database).values()]);
    const missing = nameMissing(database, lost);
    database.pragma('wal_checkpoint(TRUNCATE)');
    database.pragma('journal_mode = DELETE');
    return { salvaged, missing };
  } finally {
    database.close();
  }
}

/** By its last write: the times of writes never go back, those in the names of backups do as the computer's clock does. */
function newestGoodBackup(folder: string): BackupEntry | null {
  try {
    const backups = listBackups(folder).map((backup) => ({ backup, lastWrite: lastWriteIn(join(folder, backup.fileName)) }));
    return backups.toSorted((a, b) => b.lastWrite - a.lastWrite).find(({ backup }) => isGood(join(folder, backup.fileName)))?.backup ?? null;
  } catch (thrown) {
    // The folder of backups is out of reach: the file itself is still worth its rescue.
    if (thrown instanceof RectoError) return null;
    throw thrown;
  }
}

/** From an index. -1: it has none that can be read. */
function lastWriteIn(path: string): number {
  try {
    const database = new Sqlite(path, { readonly: true, fileMustExist: true });
    try {
      return database.prepare<[], number | null>('SELECT max((SELECT max(lwt) FROM documents WHERE store = stores.id)) FROM stores').pluck().get() ?? -1;
    } finally {
      database.close();
    }
  } catch {
    return -1;
  }
}

/** A backup that can't even be read is as good as a damaged one: the next older one may do. */
function isGood(path: string): boolean {
  try {
    return checkLibrary(path, { rows: true }) === 'good';
  } catch {
    return false;
  }
}

/** A folder in its place has nothing to read. */
function isReadable(path: string): boolean {
  const files = ['', '-wal'].map((side) => statSync(path + side, { throwIfNoEntry: false }));
  return files.every((file) => !file || file.isFile());
}

/** The window is told which time these stores go back to, if it lacks their rows too; its first write there takes the mark away. */
function markBackup(database: Database, backup: BackupEntry, places: readonly Place[]): void {
  const mark = database.prepare('UPDATE stores SET from_backup_of = ? WHERE database = ? AND collection = ? AND schema_version = ?');
  for (const { database: name, collection, schemaVersion } of places) mark.run(backup.takenAt, name, collection, schemaVersion);
}

/** Keys that the damaged file named and the new one has only in an older state, or not at all. */
function keysNotThere(database: Database, keys: readonly FoundKey[]): FoundKey[] {
  const find = database.prepare<unknown[], { lwt: number }>(
    `SELECT lwt FROM documents WHERE id = ? AND store = (SELECT id FROM stores WHERE database = ? AND collection = ? AND schema_version = ?)`,
  );
  return keys.filter(({ place, id, lwt }) => (find.get(id, place.database, place.collection, place.schemaVersion)?.lwt ?? -1) < lwt);
}

function setAside(path: string, now: Date): string | null {
  const stamp = now.toISOString().slice(0, 19).replace('T', ' ').replaceAll(':', '.');
  const aside = (copy: number): string => join(dirname(path), `${basename(path, '.recto')}.damaged-${stamp}${copy > 1 ? ` (${copy})` : ''}.recto`);
  let copy = 1;
  while (SIDES.some((side) => existsSync(aside(copy) + side))) copy += 1;
  let kept = false;
  for (const side of SIDES) {
    if (!existsSync(path + side)) continue;
    renameSync(path + side, aside(copy) + side);
    kept ||= side !== '-shm';
  }
  return kept ? basename(aside(copy)) : null;
}

function syncToDisk(path: string): void {
  const file = openSync(path, process.platform === 'win32' ? 'r+' : 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function tell({ file, aside, backup, salvaged, missing }: Built & { file: string; aside: string | null; backup: BackupEntry | null }): string {
  const time = backup && new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short' }).format(new Date(backup.takenAt));
  const sentences = [aside ? `The library’s file ${file} was damaged. It is kept as “${aside}”, and a new one was made.` : `The library’s file ${file} was not there any more, so a new one was made.`];
  if (salvaged > 0 && backup) sentences.push(`It holds what could be read of the old one, and the backup of ${time} beneath.`);
  else if (salvaged > 0) sentences.push('It holds what could be read of the old one.');
  else if (backup) sentences.push(`It holds the backup of ${time}; what was written after that is not in it.`);
  else sentences.push('Nothing of the old one could be read, and there is no backup.');
  if (missing) sentences.push(`In their newest state these could not be read: ${missing}.`);
  sentences.push('Recto now compares it with the window’s own copy, which usually has what is missing.');
  return sentences.join(' ');
}
