/** What a person does at the app, by the names that people and assistive technology find. */
import { expect, type Locator, type Page } from '@playwright/test';
import type { Desktop } from './desktop.ts';

export const draft = (page: Page): Locator => page.getByRole('textbox', { name: 'Draft', exact: true });
export const expansion = (page: Page): Locator => page.getByRole('textbox', { name: 'Expansion', exact: true });

export async function waitForSaved(page: Page): Promise<void> {
  await expect(page.getByRole('status', { name: 'Saved', exact: true })).toBeVisible();
}

export async function waitForSynced(page: Page): Promise<void> {
  await waitForSaved(page);
  await expect(page.getByRole('status', { name: 'Synced', exact: true })).toBeVisible({ timeout: 30_000 });
}

export async function createBook(page: Page, title: string, author: string): Promise<void> {
  await page.getByRole('button', { name: 'New book' }).click();
  await page.getByLabel('Title', { exact: true }).fill(title);
  await page.getByLabel('Author', { exact: true }).fill(author);
  await page.getByRole('button', { name: 'Create book' }).click();
  await expect(draft(page)).toBeVisible();
}

export async function importFolder(page: Page, folder: string): Promise<void> {
  await page.getByRole('button', { name: 'Import' }).click();
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('menuitem', { name: /folder/i }).click();
  await (await chooser).setFiles(folder);
}

export async function importFile(page: Page, file: string | { name: string; mimeType: string; buffer: Buffer }): Promise<void> {
  await page.getByRole('button', { name: 'Import' }).click();
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('menuitem', { name: /files/i }).click();
  await (await chooser).setFiles(file as string);
}

export const chapterItem = (page: Page, title: string): Locator => page.getByRole('tree', { name: 'Chapters' }).getByRole('treeitem', { name: new RegExp(`\\b${title}\\b`) });

export async function openBook(page: Page, title: string): Promise<void> {
  await page.getByRole('link', { name: new RegExp(title, 'i') }).click();
  await expect(page.getByRole('tree', { name: 'Chapters' })).toBeVisible();
}

export async function openChapter(page: Page, title: string): Promise<void> {
  await chapterItem(page, title).first().click();
  await expect(page.getByRole('textbox', { name: 'Chapter title' })).toHaveValue(title);
}

/** Types at the very end of the draft. */
export async function typeAtEnd(page: Page, text: string): Promise<void> {
  await draft(page).click();
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.type(text);
}

/** Writes the whole draft anew. */
export async function writeDraft(page: Page, text: string): Promise<void> {
  await draft(page).click();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.insertText(text);
  await waitForSaved(page);
}

export async function expandChapter(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Expand', exact: true }).click();
  await expect(page.getByRole('tab', { name: 'Book view' })).toHaveAttribute('aria-selected', 'true');
}

export async function signIn(page: Page, how: 'Sign in' | 'Create account', email: string, password: string): Promise<void> {
  await page.getByRole('button', { name: 'Sign in', exact: true }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Email').fill(email);
  await dialog.getByLabel('Password').fill(password);
  await dialog.getByRole('button', { name: how, exact: true }).click();
  await expect(page.getByRole('status', { name: /^(Synced|Syncing)$/ })).toBeVisible({ timeout: 20_000 });
}

/** The draft's text as the editor shows it. */
export async function readDraft(page: Page): Promise<string> {
  return (await draft(page).locator('.cm-line').allInnerTexts()).join('\n');
}

/** Clicks an item of the program's menu, as soon as the page has told it that it can be done. */
export async function chooseFromMenu(desktop: Desktop, ...labels: string[]): Promise<void> {
  await expect(() => desktop.clickMenu(...labels)).toPass({ timeout: 10_000 });
}
