/** Pictures of what only the desktop app shows: a backup before it is restored, and words that are not on the disk yet. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Page } from '@playwright/test';
import { chapterItem, chooseFromMenu, createBook, openBook, openChapter, typeAtEnd, waitForSaved, writeDraft } from './desk.ts';
import { Desktop } from './desktop.ts';

/** @param shoot takes the pictures of one screen */
export async function takeDesktopPictures(shoot: (page: Page, name: string) => Promise<void>): Promise<void> {
  const desktop = new Desktop();
  try {
    const page = await desktop.open();
    await page.setViewportSize({ width: 1280, height: 800 });
    await createBook(page, 'The Keeper', 'A. Writer');
    await writeDraft(page, 'The keeper climbed the lighthouse stairs at dusk.');
    await desktop.answerDialog('showOpenDialog', { canceled: false, filePaths: [join(import.meta.dirname, '../manuscripts/frankenstein')] });
    await chooseFromMenu(desktop, 'File', 'Import a Folder…');
    await chapterItem(page, 'Letter IV').waitFor();
    await waitForSaved(page);
    await shootRestore(desktop, page, shoot);
    await shootNotSaved(desktop, page, shoot);
  } finally {
    await desktop.dispose();
  }
}

async function shootRestore(desktop: Desktop, page: Page, shoot: (page: Page, name: string) => Promise<void>): Promise<void> {
  await chooseFromMenu(desktop, 'File', 'Backups…');
  await page.getByRole('button', { name: 'Back up now' }).click();
  await page.getByRole('list', { name: 'Books in the backup' }).waitFor();
  await page.getByRole('button', { name: 'Close this message' }).click();
  await page.getByRole('link', { name: 'Library' }).click();
  await openBook(page, 'Frankenstein');
  await openChapter(page, 'Letter II');
  await typeAtEnd(page, '\n\nI shall write again as soon as the ice lets a letter through.');
  await waitForSaved(page);
  await chooseFromMenu(desktop, 'File', 'Backups…');
  await page.getByRole('link', { name: /asked for/ }).click();
  await page.getByText(/older by/).waitFor();
  await page.getByText('Chapters', { exact: true }).first().click();
  await page.getByRole('table').waitFor();
  await shoot(page, 'restore');
}

/** Another program holds the library's file: the same as a full disk, for whoever writes. */
async function shootNotSaved(desktop: Desktop, page: Page, shoot: (page: Page, name: string) => Promise<void>): Promise<void> {
  await page.getByRole('link', { name: 'Library' }).click();
  await openBook(page, 'Frankenstein');
  await openChapter(page, 'Letter II');
  const other = new Database(desktop.libraryFile);
  try {
    other.exec('BEGIN IMMEDIATE');
    await typeAtEnd(page, ' Farewell, Margaret.');
    await page.getByRole('status', { name: 'Not saved' }).waitFor({ timeout: 30_000 });
    await shoot(page, 'not-saved');
  } finally {
    other.close();
  }
  await waitForSaved(page);
}
