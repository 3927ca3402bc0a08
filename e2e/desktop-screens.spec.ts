/** The screens and the program around them: menus, recent books, focus mode, print, links, and a disk that refuses. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { chooseFromMenu, createBook, draft, typeAtEnd, waitForSaved, writeDraft } from './desk.ts';
import type { Desktop } from './desktop.ts';
import { expect, test } from './fixtures.ts';

const bookIdOf = (page: Page): string => new URL(page.url()).hash.split('/')[2]!;

async function readRecent(desktop: Desktop): Promise<string[]> {
  const menu = (await desktop.readMenu()) ?? [];
  const recent = menu.flatMap(({ items }) => items).find(({ label }) => label === 'Open Recent');
  return recent?.items.map(({ label }) => label) ?? [];
}

test('the menus do what the palette does, and the books that were open last are in one', async ({ desktop }) => {
  const { page } = desktop;
  await createBook(page, 'First', 'A. Writer');
  await chooseFromMenu(desktop, 'File', 'New Book…');
  await page.getByLabel('Title', { exact: true }).fill('Second & last');
  await page.getByRole('button', { name: 'Create book' }).click();
  await expect(draft(page)).toBeVisible();
  await expect.poll(() => readRecent(desktop)).toEqual(['Second && last', 'First']);
  await chooseFromMenu(desktop, 'File', 'Open Recent', 'First');
  await expect(page.getByRole('heading', { name: 'First' })).toBeVisible();
  await chooseFromMenu(desktop, 'Book', 'Add a Chapter');
  await expect(page.getByRole('treeitem')).toHaveCount(2);
  await chooseFromMenu(desktop, 'View', 'Library');
  await expect(page.getByRole('link', { name: /Second & last/ })).toBeVisible();
  await expect(desktop.clickMenu('Book', 'Add a Chapter'), 'what belongs to a book is grey in the library').rejects.toThrow(/grey/);
});

test('a key acts once, and focus mode has the whole screen until Esc', async ({ desktop }) => {
  const { page } = desktop;
  await createBook(page, 'Alone', 'A. Writer');
  const isFull = (): Promise<boolean> => desktop.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.isFullScreen());
  await page.keyboard.press('F11');
  await expect(page.getByRole('tree', { name: 'Chapters' })).toBeHidden();
  await expect.poll(isFull).toBe(true);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('tree', { name: 'Chapters' })).toBeVisible();
  await expect.poll(isFull).toBe(false);
  await page.keyboard.press('Alt+Shift+N');
  await expect(page.getByRole('treeitem')).toHaveCount(2);
});

test('the chapter is printed through the system’s dialog', async ({ desktop }) => {
  const { page } = desktop;
  await createBook(page, 'Paper', 'A. Writer');
  await writeDraft(page, 'On paper.');
  await chooseFromMenu(desktop, 'File', 'Print…');
  await expect.poll(async () => (await desktop.readRecord()).prints.length).toBe(1);
});

test('a link opens its book, and one to a book that is not here says so', async ({ desktop }) => {
  const { page } = desktop;
  await createBook(page, 'Linked', 'A. Writer');
  const bookId = bookIdOf(page);
  await waitForSaved(page);
  expect(await desktop.close()).toBe(0);
  const linked = await desktop.open({ args: [`recto://book/${bookId}`] });
  await expect(linked.getByRole('heading', { name: 'Linked' })).toBeVisible();
  expect(await desktop.close()).toBe(0);
  const nowhere = await desktop.open({ args: ['recto://book/not-here'] });
  await expect(nowhere.getByRole('heading', { name: 'This book is not here' })).toBeVisible();
});

test('the languages of spelling are the author’s, and outlive the program', async ({ desktop }) => {
  const { page } = desktop;
  const dictionaries = (): string[] => {
    const folder = join(desktop.userData, 'Dictionaries');
    return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.bdic')) : [];
  };
  await chooseFromMenu(desktop, 'Edit', 'Spelling…');
  await expect(page.getByText('No spelling is checked.')).toBeVisible();
  expect(dictionaries(), 'nothing is fetched that nobody chose').toEqual([]);
  await page.getByLabel('Check another language').selectOption('de');
  await expect(page.getByRole('button', { name: 'Don’t check German' })).toBeVisible();
  await page.keyboard.press('Escape');
  expect(await desktop.close()).toBe(0);
  const again = await desktop.open();
  await chooseFromMenu(desktop, 'Edit', 'Spelling…');
  await again.getByRole('button', { name: 'Don’t check German' }).click();
  await expect(again.getByRole('button', { name: 'Don’t check German' })).toHaveCount(0);
});

test('the page asks nothing when it is closed, and words typed in that moment are there again', async ({ desktop }) => {
  const { page } = desktop;
  await createBook(page, 'Closing', 'A. Writer');
  await typeAtEnd(page, 'The last words.');
  expect(await desktop.close(), 'no dialog held it').toBe(0);
  const again = await desktop.open();
  await again.getByRole('link', { name: /Closing/ }).or(again.getByRole('heading', { name: 'Closing' })).first().click();
  await expect(draft(again)).toContainText('The last words.');
});
