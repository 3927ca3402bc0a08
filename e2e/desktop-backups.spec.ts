/** Backups: made, looked into before anything is replaced, restored, and what they replace is kept. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { chooseFromMenu, createBook, draft, openBook, waitForSaved, writeDraft } from './desk.ts';
import type { Desktop } from './desktop.ts';
import { expectNoViolations } from './expect-no-violations.ts';
import { expect, test } from './fixtures.ts';

const contents = (page: Page): Locator => page.getByRole('main', { name: 'What the backup holds' });
const backupsOf = (desktop: Desktop): string => join(desktop.home, 'Documents', 'Recto Backups');

async function openBackups(desktop: Desktop): Promise<void> {
  await chooseFromMenu(desktop, 'File', 'Backups…');
  await expect(desktop.page.getByRole('heading', { name: 'Backups', exact: true })).toBeVisible();
}

async function backUpNow(desktop: Desktop): Promise<void> {
  await openBackups(desktop);
  await desktop.page.getByRole('button', { name: 'Back up now' }).click();
  await expect(contents(desktop.page).getByRole('list', { name: 'Books in the backup' })).toBeVisible();
}

/** The newest of its kind. */
async function openBackup(desktop: Desktop, kind: RegExp): Promise<void> {
  await openBackups(desktop);
  await desktop.page.getByRole('navigation', { name: 'Backups' }).getByRole('link', { name: kind }).first().click();
}

async function goToBook(page: Page, title: string): Promise<void> {
  await page.getByRole('link', { name: 'Library' }).click();
  await openBook(page, title);
}

test('a backup says what it holds before it replaces anything, and what a restore replaces is kept', async ({ desktop }) => {
  const { page } = desktop;
  await createBook(page, 'The Keeper', 'A. Writer');
  await writeDraft(page, 'The keeper climbed the lighthouse stairs at dusk.');
  await backUpNow(desktop);
  await expect(contents(page)).toContainText('8 words in 1 chapter · same');
  await expect(contents(page).getByRole('button', { name: /Restore/ })).toHaveCount(0);
  expect(readdirSync(backupsOf(desktop)).filter((name) => name.endsWith('.recto'))).toHaveLength(1);

  await goToBook(page, 'The Keeper');
  await writeDraft(page, 'All of it was written anew, and it is longer by far than it was before this.');
  await openBackup(desktop, /asked for/);
  await expect(contents(page)).toContainText('8 words in 1 chapter · older by 9 words');
  await contents(page).getByText('Chapters', { exact: true }).click();
  await expect(contents(page).getByRole('row').last()).toHaveText(/8\s*17\s*\+9/);
  await contents(page).getByRole('button', { name: /Restore this book/ }).click();
  await expect(page.getByText(/“The Keeper” is as it was on/).first()).toBeVisible({ timeout: 20_000 });

  await page.getByRole('button', { name: 'Show what it replaced' }).click();
  await expect(contents(page)).toContainText('before a restore');
  await expect(contents(page)).toContainText('17 words in 1 chapter');
  await goToBook(page, 'The Keeper');
  await expect(draft(page)).toHaveText('The keeper climbed the lighthouse stairs at dusk.');

  // And back again: a restore is undone by the backup that was made before it.
  await openBackup(desktop, /before a restore/);
  await expect(contents(page)).toContainText('17 words in 1 chapter');
  await contents(page).getByRole('button', { name: /Restore this book/ }).click();
  await expect(page.getByText(/“The Keeper” is as it was on/).first()).toBeVisible({ timeout: 20_000 });
  await goToBook(page, 'The Keeper');
  await expect(draft(page)).toHaveText('All of it was written anew, and it is longer by far than it was before this.');
});

test('a book that was deleted comes back from a backup, into the place it had', async ({ desktop }) => {
  const { page } = desktop;
  await createBook(page, 'Gone', 'A. Writer');
  await writeDraft(page, 'These words were in a book that was deleted.');
  await backUpNow(desktop);
  await page.getByRole('link', { name: 'Library' }).click();
  await page.getByRole('button', { name: 'More about Gone' }).click();
  await page.getByRole('menuitem', { name: 'Delete book' }).click();
  await expect(page.getByRole('link', { name: /Gone/ })).toHaveCount(0);
  await openBackup(desktop, /asked for/);
  await expect(contents(page)).toContainText('not in the library');
  await contents(page).getByRole('button', { name: /Restore this book/ }).click();
  await expect(page.getByText(/“Gone” is as it was on/).first()).toBeVisible({ timeout: 20_000 });
  await goToBook(page, 'Gone');
  await expect(draft(page)).toHaveText('These words were in a book that was deleted.');
});

test('a damaged backup gets a sentence, another library’s file is opened, and a file of the system shows what it holds', async ({ desktop, newDesktop }) => {
  const { page } = desktop;
  await createBook(page, 'Elsewhere', 'A. Writer');
  await writeDraft(page, 'Written on another computer.');
  await backUpNow(desktop);
  const [name] = readdirSync(backupsOf(desktop)).filter((file) => file.endsWith('.recto'));
  const whole = join(backupsOf(desktop), name!);
  const damaged = join(desktop.home, 'damaged.recto');
  writeFileSync(damaged, Buffer.alloc(20_000, 7));

  await desktop.answerDialog('showOpenDialog', { canceled: false, filePaths: [damaged] });
  await page.getByRole('button', { name: 'Open a backup file…' }).click();
  await expect(page.getByText(/damaged|not a library|can’t be read/i).first()).toBeVisible();
  expect(readFileSync(damaged).equals(Buffer.alloc(20_000, 7)), 'a file that is looked at is not changed').toBe(true);

  const other = newDesktop();
  const opened = await other.open({ args: [whole] });
  await expect(contents(opened)).toContainText('not in the library', { timeout: 20_000 });
  await contents(opened).getByRole('button', { name: /Restore this book/ }).click();
  await expect(opened.getByText(/“Elsewhere” is as it was on/).first()).toBeVisible({ timeout: 20_000 });
  await goToBook(opened, 'Elsewhere');
  await expect(draft(opened)).toHaveText('Written on another computer.');
});

test('backups go where the author says, and everything is exported as plain files', async ({ desktop }) => {
  const { page } = desktop;
  await createBook(page, 'The Keeper', 'A. Writer');
  await writeDraft(page, 'Words for the folder.');
  await openBackups(desktop);
  const chosen = join(desktop.home, 'Downloads');
  await desktop.answerDialog('showOpenDialog', { canceled: false, filePaths: [chosen] });
  await page.getByRole('button', { name: 'Choose folder…' }).click();
  // Windows names it in full.
  await expect(page.getByText(chosen.replace(desktop.home, process.platform === 'win32' ? desktop.home : '~')).first()).toBeVisible();
  await page.getByRole('button', { name: 'Back up now' }).click();
  await expect(contents(page)).toContainText('The Keeper');
  expect(readdirSync(chosen).filter((file) => file.endsWith('asked.recto'))).toHaveLength(1);

  await desktop.answerDialog('showOpenDialog', { canceled: false, filePaths: [join(desktop.home, 'Documents')] });
  await chooseFromMenu(desktop, 'File', 'Export Everything…');
  await expect(page.getByText(/1 book in \d+ files: your library is in Documents/).first()).toBeVisible({ timeout: 30_000 });
  const files = readdirSync(join(desktop.home, 'Documents'), { recursive: true, withFileTypes: true }).filter((file) => file.name.endsWith('.md'));
  expect(files.map((file) => readFileSync(join(file.parentPath, file.name), 'utf8')).join('\n')).toContain('Words for the folder.');
});

for (const scheme of ['light', 'dark'] as const)
  test(`axe finds no violation on the screens of backups, spelling and what happened (${scheme})`, async ({ desktop }) => {
    const { page } = desktop;
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    await createBook(page, 'The Keeper', 'A. Writer');
    await writeDraft(page, 'The keeper climbed the lighthouse stairs at dusk.');
    await openBackups(desktop);
    await expectNoViolations(page, 'no backup yet');
    await page.getByRole('button', { name: 'Back up now' }).click();
    await expect(contents(page).getByRole('list', { name: 'Books in the backup' })).toBeVisible();
    await contents(page).getByText('Chapters', { exact: true }).click();
    await expect(contents(page).getByRole('table')).toBeVisible();
    await expectNoViolations(page, 'a backup');
    await chooseFromMenu(desktop, 'Edit', 'Spelling…');
    await expect(page.getByRole('region', { name: 'Spelling' })).toBeVisible();
    await expectNoViolations(page, 'settings of the desktop');
    await page.keyboard.press('Escape');
    await waitForSaved(page);
  });
