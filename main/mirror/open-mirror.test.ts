import { join } from 'node:path';
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
