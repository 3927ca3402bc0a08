import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import type { Notice } from '#schemas/ipc.ts';
import { openMirror, type MirrorService } from './open-mirror.ts';
import { BLOBS, makeFolder, makeRows } from './test-support/rows.ts';

const THREAD = join(import.meta.dirname, 'mirror-thread.ts');

async function open(folder: string, now?: () => number): Promise<{ mirror: MirrorService; notices: Notice[] }> {
  const notices: Notice[] = [];
  const mirror = await openMirror({ file: join(folder, 'library.recto'), threadFile: THREAD, backupFolder: join(folder, 'Backups'), onNotice: (notice) => notices.push(notice), ...(now && { now }) });
  onTestFinished(() => mirror.close());
  return { mirror, notices };
}

test('what is written through the thread is there at the next start', async () => {
  const folder = makeFolder();
  const rows = makeRows(20);
  const first = await open(folder);
  const { store } = await first.mirror.open(BLOBS);
  await first.mirror.write(store, rows);
  await first.mirror.close();
  const second = await open(folder);
  const opened = await second.mirror.open(BLOBS);
  expect(opened.rows).toBe(20);
  expect(await second.mirror.read(opened.store, null, 100)).toEqual(rows);
  expect([...first.notices, ...second.notices]).toEqual([]);
});

test('calls are answered in the order they are made, and an error has its code', async () => {
  const { mirror } = await open(makeFolder());
  const { store } = await mirror.open(BLOBS);
  const rows = makeRows(3);
  const [, , read] = await Promise.all([mirror.write(store, rows.slice(0, 2)), mirror.write(store, rows.slice(2)), mirror.read(store, null, 10)]);
  expect(read).toEqual(rows);
  await expect(mirror.read(99, null, 1)).rejects.toMatchObject({ name: 'RectoError', code: 'not_found' });
});

const HOUR = 3_600_000;

/** A clock that the test moves. */
function makeClock(start = Date.UTC(2026, 10, 22, 12)): { now(): number; pass(ms: number): void } {
  let time = start;
  return { now: () => time, pass: (ms) => void (time += ms) };
}

async function countBackups(mirror: MirrorService): Promise<number> {
  return (await mirror.backups.list()).backups.length;
}

test('a backup is made an hour after the last when something changed, and at quit', async () => {
  const folder = makeFolder();
  const clock = makeClock();
  const { mirror } = await open(folder, clock.now);
  const { store } = await mirror.open(BLOBS);
  const rows = makeRows(4);
  await mirror.write(store, rows.slice(0, 1));
  await mirror.backups.takeIfDue();
  expect(await countBackups(mirror)).toBe(1);
  await mirror.write(store, rows.slice(1, 2));
  clock.pass(HOUR - 1);
  await mirror.backups.takeIfDue();
  expect(await countBackups(mirror)).toBe(1);
  clock.pass(1);
  await mirror.backups.takeIfDue();
  expect(await countBackups(mirror)).toBe(2);
  clock.pass(5 * HOUR);
  await mirror.backups.takeIfDue();
  expect(await countBackups(mirror)).toBe(2);
  await mirror.write(store, rows.slice(2, 3));
  await mirror.close();
  clock.pass(60_000);
  const again = await open(folder, clock.now);
  expect(await countBackups(again.mirror)).toBe(3);
  await again.mirror.close();
  const later = await open(folder, clock.now);
  const entry = await later.mirror.backups.take('before-restore');
  expect(entry).toMatchObject({ kind: 'before-restore', fileName: expect.stringContaining('before restore') });
  expect((await later.mirror.backups.list()).backups[0]).toEqual(entry);
});

test('a backup is whole while the library is written on', async () => {
  const folder = makeFolder();
  const { mirror, notices } = await open(folder);
  const { store } = await mirror.open(BLOBS);
  const rows = makeRows(3000, 1000, () => 'x'.repeat(3000));
  await mirror.write(store, rows.slice(0, 2000));
  const taken = mirror.backups.take('asked');
  for (let i = 2000; i < 3000; i += 100) await mirror.write(store, rows.slice(i, i + 100));
  await expect(taken).resolves.toMatchObject({ kind: 'asked' });
  expect(notices).toEqual([]);
});

test('a folder that takes no backup is told once, stays told in the list, and is forgotten when it takes one', async () => {
  const folder = makeFolder();
  const clock = makeClock();
  writeFileSync(join(folder, 'Backups'), 'a file is in its place');
  const { mirror, notices } = await open(folder, clock.now);
  const { store } = await mirror.open(BLOBS);
  await mirror.write(store, makeRows(2));
  await expect(mirror.backups.take('asked')).rejects.toMatchObject({ code: 'storage_failed' });
  clock.pass(2 * HOUR);
  await mirror.backups.takeIfDue();
  expect(notices).toEqual([{ kind: 'warning', message: expect.stringMatching(/^No backup could be made\. .*safe in the library.*another folder/) }]);
  expect(await mirror.backups.list()).toMatchObject({ backups: [], trouble: expect.stringContaining('another folder') });
  await expect(mirror.backups.useFolder(join(folder, 'Backups', 'inside'))).rejects.toMatchObject({ code: 'storage_failed' });
  await mirror.backups.useFolder(join(folder, 'Elsewhere'));
  expect(await mirror.backups.list()).toMatchObject({ folder: join(folder, 'Elsewhere'), backups: [expect.objectContaining({ kind: 'automatic' })], trouble: null });
});

test('a backup is inspected and opened by its id, and an id leads nowhere else', async () => {
  const folder = makeFolder();
  const { mirror } = await open(folder);
  await mirror.write((await mirror.open(BLOBS)).store, makeRows(2));
  const entry = await mirror.backups.take('asked');
  expect(await mirror.backups.inspect(entry.id)).toEqual([]);
  const opened = await mirror.backups.openFile(join(folder, 'Backups', entry.fileName));
  expect(opened).toMatchObject({ kind: 'file', fileName: entry.fileName });
  expect(mirror.backups.pathOf(opened.id)).toBe(join(folder, 'Backups', entry.fileName));
  for (const id of ['../library.recto', join(folder, 'library.recto'), 'file-9', '']) {
    expect(() => mirror.backups.pathOf(id)).toThrow(expect.objectContaining({ code: 'not_found' }));
  }
  await expect(mirror.backups.openFile(join(folder, 'library.recto'))).rejects.toMatchObject({ code: 'storage_locked' });
});

test('a library that is damaged while it is in use is put in order by itself, and the window is told', async () => {
  const folder = makeFolder();
  const { mirror, notices } = await open(folder);
  const rows = makeRows(300, 1000, (i) => `words ${i} `.repeat(100));
  const { store } = await mirror.open(BLOBS);
  await mirror.write(store, rows);
  // Another program writes into it what it should not.
  const other = new Sqlite(join(folder, 'library.recto'));
  other.exec(`UPDATE documents SET body = 'lies' WHERE id = 'row-000007'`);
  other.close();
  const served = await mirror.read(store, null, 1000);
  expect(served).toEqual(rows.filter(({ id }) => id !== 'row-000007'));
  await expect(mirror.write(store, rows.slice(7, 8))).rejects.toMatchObject({ code: 'not_found' });
  const anew = await mirror.open(BLOBS);
  expect(anew.rows).toBe(299);
  await mirror.write(anew.store, rows.slice(7, 8));
  expect(await mirror.read(anew.store, null, 1000)).toEqual(rows);
  await mirror.backups.take('asked');
  expect(notices).toEqual([{ kind: 'warning', message: expect.stringMatching(/was damaged\. It is kept as “library\.damaged-/) }]);
});
