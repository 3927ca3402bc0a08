/** Files by the system's own dialogs, what is dropped on the window, and what the system hands over. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { chapterItem, chooseFromMenu, createBook, draft, openChapter, readDraft, typeAtEnd, waitForSaved, writeDraft } from './desk.ts';
import type { Desktop } from './desktop.ts';
import { expect, manuscripts, test } from './fixtures.ts';

const folder = mkdtempSync(join(tmpdir(), 'recto-files-'));
test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Drops files or folders on the middle of the window, as the system does. */
async function dropOn(page: Page, ...paths: string[]): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: paths, dragOperationsMask: 1 };
  const place = await page.evaluate(() => ({ x: innerWidth / 2, y: innerHeight / 2 }));
  const send = (type: 'dragEnter' | 'dragOver' | 'drop'): Promise<unknown> => session.send('Input.dispatchDragEvent', { type, ...place, data });
  await expect(page.getByRole('button', { name: 'New book' })).toBeVisible();
  await send('dragEnter');
  // A system says so again and again for as long as something is held over the window.
  await expect(async () => {
    await send('dragOver');
    await expect(page.getByText(/^Drop .* to import it/)).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 15_000 });
  // Once more, over what is shown now: it is what the drop falls on.
  await send('dragOver');
  await send('drop');
  await session.detach();
}

async function exportAs(desktop: Desktop, answer: { canceled: boolean; filePath?: string }): Promise<void> {
  await desktop.answerDialog('showSaveDialog', answer);
  await chooseFromMenu(desktop, 'File', 'Compile…');
  await desktop.page.getByRole('button', { name: 'Export', exact: true }).click();
}

test('a folder and files are imported from the system’s dialog; closing it changes nothing', async ({ desktop }) => {
  const { page } = desktop;
  await desktop.answerDialog('showOpenDialog', { canceled: true, filePaths: [] });
  await chooseFromMenu(desktop, 'File', 'Import a Folder…');
  await expect.poll(async () => (await desktop.readRecord()).dialogs.length).toBe(1);
  await expect(page.getByRole('button', { name: 'Open the sample book' })).toBeVisible();

  await desktop.answerDialog('showOpenDialog', { canceled: false, filePaths: [join(manuscripts, 'frankenstein')] });
  await chooseFromMenu(desktop, 'File', 'Import a Folder…');
  await expect(chapterItem(page, 'epigraph')).toBeVisible({ timeout: 30_000 });
  await openChapter(page, 'epigraph');
  const source = readFileSync(join(manuscripts, 'frankenstein/003.md'), 'utf8').trim();
  expect((await readDraft(page)).replace(/\s+/g, ' ').trim()).toBe(source.replace(/\s+/g, ' '));

  const file = join(folder, 'Über “Wege” & mehr #1.md');
  writeFileSync(file, '# The Long Way\n\n## Morning\n\nIt was *early*.\n\n## Evening\n\nIt was late.\n');
  await desktop.answerDialog('showOpenDialog', { canceled: false, filePaths: [file] });
  await chooseFromMenu(desktop, 'File', 'Import Files…');
  await expect(chapterItem(page, 'Evening')).toBeVisible();
});

test('a book is saved where the author says, shown in its folder, and nowhere when the dialog is closed', async ({ desktop }) => {
  const { page } = desktop;
  const target = join(desktop.home, 'Documents', 'The Keeper.epub');
  await createBook(page, 'The Keeper', 'A. Writer');
  await writeDraft(page, 'The keeper climbed the lighthouse stairs at dusk.');
  await exportAs(desktop, { canceled: true });
  await expect.poll(async () => (await desktop.readRecord()).dialogs.length).toBe(1);
  await expect(page.getByRole('button', { name: 'Show in folder' })).toHaveCount(0);
  await page.keyboard.press('Escape');
  expect(readdirSync(join(desktop.home, 'Documents')).filter((name) => name.endsWith('.epub'))).toEqual([]);

  await exportAs(desktop, { canceled: false, filePath: target });
  await expect(page.getByText('“The Keeper.epub” is in Documents as The Keeper.epub.').first()).toBeVisible({ timeout: 30_000 });
  expect(readFileSync(target).subarray(0, 2).toString()).toBe('PK');
  await page.getByRole('button', { name: 'Show in folder' }).click();
  await expect.poll(async () => (await desktop.readRecord()).shownInFolder).toEqual([target]);
});

test('a place that can’t be written to gets a sentence, and leaves nothing half done', async ({ desktop }) => {
  const { page } = desktop;
  const blocked = join(desktop.home, 'Documents', 'a file, no folder');
  writeFileSync(blocked, 'x');
  await createBook(page, 'The Keeper', 'A. Writer');
  await writeDraft(page, 'Some words.');
  await exportAs(desktop, { canceled: false, filePath: join(blocked, 'x.epub') });
  await expect(page.getByRole('alert').filter({ hasText: /can’t be written|could not be/i })).toBeVisible({ timeout: 30_000 });
  expect(readFileSync(blocked, 'utf8')).toBe('x');
});

test('a folder that is dropped on the window is imported', async ({ desktop }) => {
  await dropOn(desktop.page, join(manuscripts, 'frankenstein'));
  await expect(chapterItem(desktop.page, 'Letter IV')).toBeVisible({ timeout: 30_000 });
});

test('a drop of 5,001 manuscript files ends in a sentence, and the library stays as it was', async ({ desktop }) => {
  const huge = join(folder, 'huge');
  mkdirSync(huge);
  for (let file = 0; file <= 5000; file++) writeFileSync(join(huge, `${file}.md`), 'x');
  await dropOn(desktop.page, huge);
  await expect(desktop.page.getByText(/more than 5,000 manuscript files.*Nothing was loaded/).first()).toBeVisible({ timeout: 30_000 });
  await expect(desktop.page.getByRole('button', { name: 'Open the sample book' })).toBeVisible();
});

test('a manuscript that the system opens with Recto is imported', async ({ newDesktop }) => {
  const file = join(folder, 'opened.md');
  writeFileSync(file, '# Opened\n\n## At the start\n\nFrom the system.\n\n## At the end\n\nStill from it.\n');
  const desktop = newDesktop();
  const page = await desktop.open({ args: [file] });
  await expect(chapterItem(page, 'At the start')).toBeVisible({ timeout: 30_000 });
  await page.getByRole('link', { name: 'Library' }).click();
  await expect(page.getByRole('link', { name: /Opened/ })).toBeVisible();
});

test('the words of the last moment go with a compile that follows at once', async ({ desktop }) => {
  const { page } = desktop;
  const target = join(desktop.home, 'Documents', 'now.txt');
  await createBook(page, 'Now', 'A. Writer');
  await typeAtEnd(page, 'Typed and exported at once.');
  await desktop.answerDialog('showSaveDialog', { canceled: false, filePath: target });
  await chooseFromMenu(desktop, 'File', 'Compile…');
  await page.getByLabel('Format').selectOption('text');
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Show in folder' })).toBeVisible({ timeout: 30_000 });
  expect(readFileSync(target, 'utf8')).toContain('Typed and exported at once.');
  await page.keyboard.press('Escape');
  await expect(draft(page)).toContainText('Typed and exported at once.');
  await waitForSaved(page);
});
