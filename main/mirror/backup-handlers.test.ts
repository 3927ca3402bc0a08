import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { IpcContext } from '../ipc.ts';
import type { MainSettings } from '../settings.ts';
import { createBackupHandlers } from './backup-handlers.ts';
import { createMirrorHandlers } from './mirror-handlers.ts';
import { openMirror } from './open-mirror.ts';
import { BLOBS, makeFolder, makeRows } from './test-support/rows.ts';

const CONTEXT = {} as IpcContext;

async function start() {
  const folder = makeFolder();
  const mirror = await openMirror({ file: join(folder, 'library.recto'), threadFile: join(import.meta.dirname, 'mirror-thread.ts'), backupFolder: join(folder, 'Backups'), onNotice: () => undefined });
  onTestFinished(() => mirror.close());
  const shown: string[] = [];
  const kept: MainSettings[] = [];
  const answers: string[][] = [];
  const handlers = {
    ...createMirrorHandlers(mirror),
    ...createBackupHandlers({
      mirror,
      dialog: { showOpenDialog: async () => ({ canceled: answers.length === 0, filePaths: answers.shift() ?? [] }) },
      shell: { showItemInFolder: (path) => void shown.push(path) },
      settings: { change: async (patch) => void kept.push(patch) },
      namePath: (path) => path.replace(folder, '~'),
    }),
  };
  return { folder, handlers, shown, kept, answers };
}

test('the window writes and reads its rows by the calls of the contract', async () => {
  const { handlers } = await start();
  const rows = makeRows(3);
  const { store } = await handlers['mirror.open'](BLOBS, CONTEXT);
  expect(await handlers['mirror.write']({ store, rows }, CONTEXT)).toEqual({ mark: { lwt: rows[2]!.lwt, id: rows[2]!.id } });
  expect(await handlers['mirror.read']({ store, after: null, limit: 10 }, CONTEXT)).toEqual({ rows });
  expect(await handlers['mirror.read-some']({ store, ids: [rows[1]!.id] }, CONTEXT)).toEqual({ rows: [rows[1]] });
  expect((await handlers['mirror.read-keys']({ store, after: null, limit: 1 }, CONTEXT)).keys).toHaveLength(1);
  expect(await handlers['mirror.forget']({ store }, CONTEXT)).toBeNull();
});

test('a folder that the author chooses is used and remembered; a closed dialog changes nothing', async () => {
  const { folder, handlers, kept, answers } = await start();
  const { store } = await handlers['mirror.open'](BLOBS, CONTEXT);
  await handlers['mirror.write']({ store, rows: makeRows(1) }, CONTEXT);
  expect(await handlers['backups.choose-folder']({}, CONTEXT)).toBeNull();
  const chosen = join(folder, 'My “best” folder');
  answers.push([chosen]);
  expect(await handlers['backups.choose-folder']({}, CONTEXT)).toEqual({ folder: '~/My “best” folder' });
  expect(kept).toEqual([{ backupFolder: chosen }]);
  expect(await handlers['backups.list']({}, CONTEXT)).toMatchObject({ folder: '~/My “best” folder', backups: [{ kind: 'automatic' }], trouble: null });
  answers.push([join(folder, 'library.recto')]);
  await expect(handlers['backups.choose-folder']({}, CONTEXT)).rejects.toMatchObject({ code: 'storage_failed' });
  expect(kept).toHaveLength(1);
});

test('a backup is made, shown, opened from a file and refused when it is none', async () => {
  const { folder, handlers, shown, answers } = await start();
  const { store } = await handlers['mirror.open'](BLOBS, CONTEXT);
  await handlers['mirror.write']({ store, rows: makeRows(1) }, CONTEXT);
  const entry = await handlers['backups.take']({ reason: 'asked' }, CONTEXT);
  expect(await handlers['backups.reveal']({ backupId: entry.id }, CONTEXT)).toBeNull();
  expect(shown).toEqual([join(folder, 'Backups', entry.fileName)]);
  expect(existsSync(shown[0]!)).toBe(true);
  expect(await handlers['backups.inspect']({ backupId: entry.id }, CONTEXT)).toEqual({ books: [] });
  await expect(handlers['backups.read-book']({ backupId: entry.id, library: 'recto-local', bookId: 'b', after: null }, CONTEXT)).rejects.toMatchObject({ code: 'not_found' });
  expect(await handlers['backups.open-file']({}, CONTEXT)).toBeNull();
  answers.push(shown, [import.meta.filename]);
  expect(await handlers['backups.open-file']({}, CONTEXT)).toMatchObject({ kind: 'file' });
  await expect(handlers['backups.open-file']({}, CONTEXT)).rejects.toMatchObject({ code: 'storage_damaged' });
});
