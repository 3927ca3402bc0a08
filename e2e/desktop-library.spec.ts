/** The library's file and the browser engine's copy, lost or damaged while the app is closed: every 'Saved' word is back. */
import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readdirSync, rmdirSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Page } from '@playwright/test';
import { createBook, draft, openBook, typeAtEnd, waitForSaved, writeDraft } from './desk.ts';
import type { Desktop } from './desktop.ts';
import { expect, test } from './fixtures.ts';
import { makeRandom, ROUNDS, SEED } from './torture.ts';

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
      text = `Round ${round}: the words of now, and nothing of before. ${'On and on. '.repeat((round % 20) * 40)}`.trim();
      await writeDraft(page, text);
    });
  }
});

test('the browser engine’s copy, mutilated again and again while the app is closed, comes back from the file', async ({ newDesktop }) => {
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
    const files = readdirSync(desktop.indexedDbFolder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile() && /\.(log|ldb)$|^MANIFEST|^CURRENT/.test(file.name));
    const file = files[Math.floor(random() * files.length)]!;
    const what = `${file.name} ${mutilate(join(file.parentPath, file.name), random)}`;
    await test.step(`round ${round}: ${what}`, async () => {
      const page = await desktop.open();
      await expectDraft(page, text);
      text = `Round ${round}: the words of now, and nothing of before. ${'On and on. '.repeat((round % 20) * 40)}`.trim();
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

/** Until not a byte more goes in. */
function fillDisk(folder: string): string {
  const path = join(folder, 'ballast');
  const file = openSync(path, 'w');
  try {
    for (const size of [65_536, 4096, 1]) writeUntilFull(file, Buffer.alloc(size));
  } finally {
    closeSync(file);
  }
  return path;
}

function writeUntilFull(file: number, bytes: Buffer): void {
  try {
    while (writeSync(file, bytes) === bytes.length);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ENOSPC') throw thrown;
  }
}

test('a full disk: ‘Not saved’, typing goes on, and when there is room everything is saved without being asked', async ({ newDesktop }) => {
  test.skip(process.platform !== 'linux' || process.getuid?.() !== 0, 'a small disk of its own is mounted, which only root may');
  const desktop = newDesktop();
  const disk = mkdtempSync(join(tmpdir(), 'recto-small-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', disk]);
  try {
    // The file alone is on it: Chromium's own has room.
    symlinkSync(join(disk, 'library.recto'), desktop.libraryFile);
    const page = await desktop.open();
    await createBook(page, 'The Keeper', 'A. Writer');
    await writeDraft(page, 'Saved before.');
    const ballast = fillDisk(disk);
    const long = ' A long night at sea.'.repeat(20_000);
    await draft(page).click();
    await page.keyboard.press('ControlOrMeta+End');
    await page.keyboard.insertText(long);
    await expect(page.getByRole('status', { name: 'Not saved', exact: true })).toBeVisible();
    await typeAtEnd(page, ' Typed while it was full.');
    await expect(page.getByRole('status', { name: 'Not saved', exact: true })).toBeVisible();
    rmSync(ballast);
    await waitForSaved(page);
    await desktop.killMain();
    deleteIndexedDb(desktop);
    const again = await desktop.open();
    await openBook(again, 'The Keeper');
    await draft(again).click();
    // Of a long text only what is in sight is on the page.
    for (const [key, words] of [['End', 'Typed while it was full.'], ['Home', 'Saved before. A long night at sea.']] as const) {
      await again.keyboard.press(`ControlOrMeta+${key}`);
      await expect(draft(again).getByText(words)).toBeVisible();
    }
    await desktop.close();
  } finally {
    // At once, whoever still has it open.
    execFileSync('umount', ['-l', disk]);
    rmdirSync(disk);
  }
});
