import { copyFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createKeeperMethods } from './keeper-methods.ts';
import { openLibraryFile } from './library-file.ts';
import type { MirrorRow } from '#schemas/ipc.ts';
import { BLOBS, makeFolder } from './test-support/rows.ts';

const makeText = (lwt: number, length: number): MirrorRow => ({ id: 'text', lwt, rev: `${lwt}-x`, deleted: false, body: JSON.stringify({ text: 'x'.repeat(length) }) });

test('a file that ends in the middle of a free page, which no check reads, is written on all the same', () => {
  const folder = makeFolder();
  const whole = join(folder, 'whole.recto');
  const file = openLibraryFile(whole);
  const { store } = file.open(BLOBS);
  // A text that was long and became short leaves free pages at the end.
  for (let time = 1; time < 30; time++) file.write(store, [makeText(time, (time % 20) * 500)]);
  file.close();
  const path = join(folder, 'library.recto');
  const { size } = statSync(whole);
  for (let cut = size - 1; cut > size - 20_000; cut -= 500) {
    for (const side of ['', '-wal', '-shm']) rmSync(path + side, { force: true });
    copyFileSync(whole, path);
    truncateSync(path, cut);
    const keeper = createKeeperMethods(path, join(folder, 'Backups'));
    keeper.start();
    const row = makeText(100, 9000);
    const place = keeper.open(BLOBS);
    expect(keeper.write(place.store, [row]), `cut at ${cut}`).toEqual({ lwt: row.lwt, id: row.id });
    expect(keeper.readSome(place.store, ['text'])).toEqual([row]);
    keeper.close();
  }
});
