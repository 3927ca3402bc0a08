/** The library's file and the browser engine's copy, lost or damaged while the app is closed: every 'Saved' word is back. */
import { closeSync, existsSync, openSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Page } from '@playwright/test';
import { createBook, draft, openBook, waitForSaved, writeDraft } from './desk.ts';
import type { Desktop } from './desktop.ts';
import { expect, test } from './fixtures.ts';

/** RECTO_TORTURE_ROUNDS=50 for the long run. */
const ROUNDS = Number(process.env['RECTO_TORTURE_ROUNDS'] ?? 4);
const SEED = Number(process.env['RECTO_TORTURE_SEED'] ?? Date.now() % 1_000_000);

/** The same numbers for the same seed (mulberry32). */
function makeRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function deleteLibrary(desktop: Desktop): string {
  for (const side of ['', '-wal', '-shm']) rmSync(desktop.libraryFile + side, { force: true });
  return 'deleted';
}

const deleteIndexedDb = (desktop: Desktop): void => rmSync(desktop.indexedDbFolder, { recursive: true, force: true });

/** Cuts a file at a random place, or writes over a random part of it. */
function mutilate(path: string, random: () => number): string {
  const { size } = statSync(path);
  const at = Math.floor(random() * size);
  if (random() < 0.5) {
    truncateSync(path, at);
    return `cut at ${at} of ${size}`;
  }
  const length = Math.min(size - at, 1 + Math.floor(random() * 5000));
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.alloc(length, Math.floor(random() * 256)), 0, length, at);
  closeSync(file);
  return `${length} bytes changed at ${at} of ${size}`;
}

async function expectDraft(page: Page, text: string): Promise<void> {
  await openBook(page, 'The Keeper');
  await expect(draft(page)).toHaveText(text);
  await waitForSaved(page);
}

test('the library’s file, mutilated again and again while the app is closed, loses no word', async ({ newDesktop }) => {
  console.log(`seed ${SEED}`);
  test.setTimeout(60_000 + ROUNDS * 30_000);
  const random = makeRandom(SEED);
  const desktop = newDesktop();
  await createBook(await desktop.open(), 'The Keeper', 'A. Writer');
  let text = 'The keeper climbed the stairs.';
  await writeDraft(desktop.page, text);
  for (let round = 0; round < ROUNDS; round++) {
    if (round % 3 === 2) await desktop.killMain();
    else await desktop.close();
    const what = round === 0 ? deleteLibrary(desktop) : mutilate(desktop.libraryFile, random);
    await test.step(`round ${round}: ${what}`, async () => {
      const page = await desktop.open();
      await expectDraft(page, text);
      text = `Round ${round}: the words of now, and nothing of before. ${'On and on. '.repeat(round * 40)}`.trim();
      await writeDraft(page, text);
    });
  }
});

test('with the browser engine’s copy gone as well, the file alone brings every word back, after a kill too', async ({ newDesktop }) => {
  const desktop = newDesktop();
  await createBook(await desktop.open(), 'The Keeper', 'A. Writer');
  const text = 'Nobody had lit the lamp for a hundred years.';
  await writeDraft(desktop.page, text);
  await desktop.killMain();
  deleteIndexedDb(desktop);
  await expectDraft(await desktop.open(), text);
});

test('with both gone, the newest backup comes back, and the app says of when it is', async ({ newDesktop }) => {
  const desktop = newDesktop();
  await createBook(await desktop.open(), 'The Keeper', 'A. Writer');
  const text = 'These words are in the backup that was made at the end.';
  await writeDraft(desktop.page, text);
  await desktop.close();
  const backups = join(desktop.home, 'Documents', 'Recto Backups');
  expect(readdirSync(backups).filter((name) => name.endsWith('.recto'))).not.toHaveLength(0);
  deleteIndexedDb(desktop);
  writeFileSync(desktop.libraryFile, 'no library at all');
  const page = await desktop.open();
  await expect(page.getByText(/was damaged.*the backup of/).first()).toBeVisible();
  await expectDraft(page, text);
  const kept = readdirSync(dirname(desktop.libraryFile)).filter((name) => name.startsWith('library.damaged-'));
  expect(kept).toHaveLength(1);
  expect(existsSync(desktop.libraryFile)).toBe(true);
});
