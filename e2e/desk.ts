/** What a person does at the app, by the names that people and assistive technology find. */
import { existsSync } from 'node:fs';
import { expect, type Locator, type Page } from '@playwright/test';
import { Desktop } from './desktop.ts';

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

/** Chooses what is imported: in the browser's dialog, or on the desktop in the system's. */
async function chooseImport(page: Page, item: RegExp, path: string): Promise<void> {
  const desktop = Desktop.of(page);
  await desktop?.answerDialog('showOpenDialog', { canceled: false, filePaths: [path] });
  await page.getByRole('button', { name: 'Import' }).click();
  const chooser = desktop ? null : page.waitForEvent('filechooser');
  await page.getByRole('menuitem', { name: item }).click();
  await (await chooser)?.setFiles(path);
}

export const importFolder = (page: Page, folder: string): Promise<void> => chooseImport(page, /folder/i, folder);

export const importFile = (page: Page, file: string): Promise<void> => chooseImport(page, /files/i, file);

/** Exports the book that is open to a file, as a browser's download or where the system's dialog is told. `made`: where, of those that are offered. */
export async function exportAs(page: Page, format: RegExp, file: string, made?: RegExp): Promise<void> {
  const desktop = Desktop.of(page);
  await desktop?.answerDialog('showSaveDialog', { canceled: false, filePath: file });
  await page.getByRole('button', { name: 'Compile' }).click();
  await page.getByRole('combobox', { name: 'Format' }).click();
  await page.getByRole('option', { name: format }).click();
  if (made) {
    await page.getByRole('combobox', { name: 'Made' }).click();
    await page.getByRole('option', { name: made }).click();
  }
  const download = desktop ? null : page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  if (download) await (await download).saveAs(file);
  else await expect.poll(() => existsSync(file), { timeout: 30_000 }).toBe(true);
  await page.keyboard.press('Escape');
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

/** @param server its address, where the page is not the server's own */
export async function signIn(page: Page, how: 'Sign in' | 'Create account', email: string, password: string, server?: string): Promise<void> {
  await page.getByRole('button', { name: 'Sign in', exact: true }).first().click();
  const dialog = page.getByRole('dialog');
  if (server) await dialog.getByLabel('Server').fill(server);
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

interface ModelServer {
  url: string;
  model: string;
  key?: string;
}

/** Opens the settings, and fills in who is to write; nothing is kept yet. */
export async function fillInModelServer(page: Page, { url, model, key }: ModelServer): Promise<void> {
  await page.keyboard.press('ControlOrMeta+,');
  await page.getByRole('combobox', { name: 'Text provider' }).click();
  await page.getByRole('option', { name: /model server/ }).click();
  await page.getByLabel('Base URL').fill(url);
  await page.getByLabel('Model', { exact: true }).fill(model);
  if (key !== undefined) await page.getByLabel('Key').fill(key);
}

export async function useModelServer(page: Page, server: ModelServer): Promise<void> {
  await fillInModelServer(page, server);
  await page.getByRole('button', { name: 'Keep', exact: true }).click();
  await expect(page.getByText('Kept.', { exact: true })).toBeVisible();
  await page.keyboard.press('Escape');
}
