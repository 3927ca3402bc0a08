import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { openLibraryFile } from './library-file.ts';
import { putLibraryInOrder } from './put-in-order.ts';
import { BLOBS, makeFolder } from './test-support/rows.ts';

const KILLS = 4;

/** Runs the writer until it has said so many rows, and kills it. @returns the last number it said */
async function writeUntilKilled(folder: string, from: number, rows: number): Promise<number> {
  const writer = spawn(process.execPath, [join(import.meta.dirname, 'test-support/writing-process.ts'), folder, String(from)], { stdio: ['ignore', 'pipe', 'pipe'] });
  let last = from - 1;
  let trouble = '';
  writer.stderr.on('data', (chunk) => (trouble += String(chunk)));
  const ended = once(writer, 'exit');
  for await (const line of createInterface(writer.stdout)) {
    last = Number(line);
    if (last - from >= rows) writer.kill('SIGKILL');
  }
  await ended;
  expect(trouble).toBe('');
  return last;
}

test('kill -9 while writing: every row that was said to be on the disk is there', async () => {
  const folder = makeFolder();
  const path = join(folder, 'library.recto');
  let next = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const last = await writeUntilKilled(folder, next, 5 + kill * 17);
    expect(last).toBeGreaterThan(next);
    expect(putLibraryInOrder(path, { backupFolder: join(folder, 'Backups'), now: new Date(), distrusted: false }).notices).toEqual([]);
    const file = openLibraryFile(path);
    const { store } = file.open(BLOBS);
    const ids = file.readKeys(store, null, 50_000).map(({ id }) => id);
    expect(ids.slice(0, last + 1)).toEqual(Array.from({ length: last + 1 }, (_row, i) => `row-${i}`));
    expect(file.read(store, null, 1)[0]?.body).toContain('words 0');
    next = ids.length;
    file.close();
  }
});
