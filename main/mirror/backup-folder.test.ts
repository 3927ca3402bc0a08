import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { finishBackup, listBackups, prepareBackup, thinOutBackups, toBackupError, tryFolder } from './backup-folder.ts';
import { nameBackup, parseBackupName } from './backup-names.ts';
import { openLibraryFile } from './library-file.ts';
import { BLOBS, makeFolder, makeRows } from './test-support/rows.ts';

const TAKEN = new Date(2026, 10, 22, 18, 45, 10);

function makeCopy(folder: string): string {
  const copy = prepareBackup(folder);
  const file = openLibraryFile(copy);
  file.write(file.open(BLOBS).store, makeRows(5));
  file.close();
  return copy;
}

test.each(['automatic', 'asked', 'before-restore'] as const)('the name of a backup (%s) says when and why, on any system', (kind) => {
  for (const copy of [1, 2]) {
    const name = nameBackup(TAKEN, kind, copy);
    expect(parseBackupName(name)).toEqual({ takenAt: TAKEN, kind });
    expect(name).toMatch(/^[A-Za-z0-9 .()-]+$/);
  }
});

test.each(['../library.recto', 'Recto 2026-11-22 18.45.10.recto/..', 'Recto.recto', 'Recto 2026-11-22 18.45.10 mine.recto', ''])('%j is no name of ours', (name) => {
  expect(parseBackupName(name)).toBeNull();
});

test('two backups of one second both stay, and the list has the newest first', () => {
  const folder = join(makeFolder(), 'Backups');
  expect(listBackups(folder)).toEqual([]);
  const first = finishBackup(folder, makeCopy(folder), 'automatic', TAKEN);
  const second = finishBackup(folder, makeCopy(folder), 'automatic', TAKEN);
  const earlier = finishBackup(folder, makeCopy(folder), 'asked', new Date(TAKEN.getTime() - 5000));
  expect(new Set([first.fileName, second.fileName]).size).toBe(2);
  expect(listBackups(folder).at(-1)).toEqual(earlier);
  expect(readdirSync(folder)).toHaveLength(3);
});

test('a copy that came out damaged does not become a backup', () => {
  const folder = makeFolder();
  const copy = makeCopy(folder);
  const file = openLibraryFile(copy);
  file.connection().exec(`UPDATE documents SET body = 'lies' WHERE id = 'row-000002'`);
  file.close();
  expect(() => finishBackup(folder, copy, 'automatic', TAKEN)).toThrow(expect.objectContaining({ code: 'storage_damaged' }));
  expect(readdirSync(folder)).toEqual([]);
});

test('thinning out leaves what was asked for, foreign files, and what a restore replaced in the last 30 days', () => {
  const folder = makeFolder();
  const day = 24 * 3_600_000;
  const place = (kind: 'automatic' | 'asked' | 'before-restore', daysAgo: number): string => {
    const name = nameBackup(new Date(TAKEN.getTime() - daysAgo * day), kind);
    writeFileSync(join(folder, name), 'x');
    return name;
  };
  const kept = [place('automatic', 0), place('asked', 900), place('before-restore', 29)];
  const gone = [place('before-restore', 31)];
  // Most of these are older than 26 weeks that had one.
  for (let ago = 1; ago < 320; ago++) place('automatic', ago);
  writeFileSync(join(folder, 'My notes.recto'), 'x');
  mkdirSync(join(folder, 'Recto 2020-01-01 00.00.00.recto'));
  const deleted = thinOutBackups(folder, TAKEN.getTime());
  const left = readdirSync(folder);
  expect(left).toEqual(expect.arrayContaining([...kept, 'My notes.recto', 'Recto 2020-01-01 00.00.00.recto']));
  expect(deleted).toEqual(expect.arrayContaining(gone));
  expect(left.length).toBeLessThan(50);
});

test('an interrupted backup is cleared away by the next', () => {
  const folder = makeFolder();
  const copy = makeCopy(folder);
  writeFileSync(`${copy}-journal`, 'x');
  rmSync(prepareBackup(folder), { force: true });
  expect(readdirSync(folder)).toEqual([]);
});

test('a folder that can’t be a folder is refused with a sentence about backups', () => {
  const file = join(makeFolder(), 'file');
  writeFileSync(file, 'x');
  for (const work of [() => tryFolder(join(file, 'Backups')), () => listBackups(file), () => prepareBackup(join(file, 'Backups'))]) {
    expect(work).toThrow(expect.objectContaining({ code: 'storage_failed', message: expect.stringMatching(/folder of the backups.*safe in the library.*another folder/s) }));
  }
  expect(toBackupError(Object.assign(new Error('no room'), { code: 'ENOSPC' }), '/b')).toMatchObject({ code: 'storage_full' });
});
