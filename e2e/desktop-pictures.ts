/** Pictures of what only the desktop app shows: what became of the file and its backups, and the program's own settings. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Page } from '@playwright/test';
import { chapterItem, chooseFromMenu, createBook, openBook, openChapter, typeAtEnd, waitForSaved, writeDraft } from './desk.ts';
import { Desktop } from './desktop.ts';
import type { MainModule } from './electron/desktop-program.ts';
import type { Shoot } from './take-screenshots.ts';

const manuscripts = join(import.meta.dirname, '../manuscripts');

export async function takeDesktopPictures(shoot: Shoot): Promise<void> {
  const desktop = new Desktop();
  try {
    await openFilled(desktop);
    await shootRestore(desktop, shoot);
    await shootNotSaved(desktop, shoot);
    await shootRebuilt(desktop, shoot);
    await shootSpelling(desktop, shoot);
    await shootExport(desktop, shoot);
  } finally {
    await desktop.dispose();
  }
}

/** The app, with two books. */
export async function openFilled(desktop: Desktop): Promise<Page> {
  const page = await desktop.open();
  await page.setViewportSize({ width: 1280, height: 800 });
  await createBook(page, 'The Keeper', 'A. Writer');
  await writeDraft(page, 'The keeper climbed the lighthouse stairs at dusk.');
  await importBook(desktop, 'frankenstein');
  await chapterItem(page, 'Letter IV').waitFor();
  await waitForSaved(page);
  return page;
}

async function importBook(desktop: Desktop, name: string): Promise<void> {
  await desktop.answerDialog('showOpenDialog', { canceled: false, filePaths: [join(manuscripts, name)] });
  await chooseFromMenu(desktop, 'File', 'Import a Folder…');
}

export async function closeMessage(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Close this message' }).click();
}

async function goToChapter(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Library' }).click();
  await openBook(page, 'Frankenstein');
  await openChapter(page, 'Letter II');
}

async function shootRestore(desktop: Desktop, shoot: Shoot): Promise<void> {
  const { page } = desktop;
  await chooseFromMenu(desktop, 'File', 'Backups…');
  await page.getByRole('button', { name: 'Back up now' }).click();
  await page.getByRole('list', { name: 'Books in the backup' }).waitFor();
  await closeMessage(page);
  await goToChapter(page);
  await typeAtEnd(page, '\n\nI shall write again as soon as the ice lets a letter through.');
  await waitForSaved(page);
  await chooseFromMenu(desktop, 'File', 'Backups…');
  await page.getByRole('link', { name: /asked for/ }).click();
  await page.getByText(/older by/).waitFor();
  await page.getByText('Chapters', { exact: true }).first().click();
  await page.getByRole('table').waitFor();
  await shoot(page, 'restore');
  await page.getByRole('button', { name: /Restore this book/ }).first().click();
  await page.getByText(/is as it was on/).first().waitFor({ timeout: 20_000 });
  await shoot(page, 'desktop-restored');
  await closeMessage(page);
}

/** Another program holds the library's file: the same as a full disk, for whoever writes. */
async function shootNotSaved(desktop: Desktop, shoot: Shoot): Promise<void> {
  const { page } = desktop;
  await goToChapter(page);
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

/** The engine's copy is gone at a start, as after an accident of Chromium's: the words come from the file, which is told. */
async function shootRebuilt(desktop: Desktop, shoot: Shoot): Promise<void> {
  await desktop.close();
  rmSync(desktop.indexedDbFolder, { recursive: true });
  const page = await desktop.open();
  await page.setViewportSize({ width: 1280, height: 800 });
  await closeMessage(page);
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('region', { name: 'What happened' }).scrollIntoViewIfNeeded();
  await shoot(page, 'desktop-happened', ['light']);
  await page.keyboard.press('Escape');
}

async function shootSpelling(desktop: Desktop, shoot: Shoot): Promise<void> {
  const { page } = desktop;
  await desktop.evaluate(({ session }) => void ['Frankenstein', 'Saville'].forEach((word) => session.defaultSession.addWordToSpellCheckerDictionary(word)));
  await chooseFromMenu(desktop, 'Edit', 'Spelling…');
  await page.getByLabel('Check another language').selectOption('de');
  await page.getByRole('button', { name: 'Don’t check German' }).waitFor();
  await shoot(page, 'desktop-spelling', ['light']);
  await page.keyboard.press('Escape');
}

async function shootExport(desktop: Desktop, shoot: Shoot): Promise<void> {
  const { page } = desktop;
  await importBook(desktop, 'war-and-peace');
  await chapterItem(page, 'Dramatis Personae').waitFor({ timeout: 120_000 });
  await page.getByRole('status', { name: 'Saved', exact: true }).waitFor({ timeout: 120_000 });
  await desktop.answerDialog('showOpenDialog', { canceled: false, filePaths: [join(desktop.home, 'Documents')] });
  const program = await desktop.evaluate(stopInTheMiddle);
  await chooseFromMenu(desktop, 'File', 'Export Everything…');
  await page.getByRole('region', { name: 'Export under way' }).waitFor();
  await shoot(page, 'desktop-export', ['light']).finally(() => process.kill(program, 'SIGCONT'));
  await page.getByText(/your library is/).first().waitFor({ timeout: 60_000 });
}

/** Runs in main. An export takes less than a second: the program stands still while its picture is taken. @returns its process */
function stopInTheMiddle({ webContents }: MainModule): number {
  for (const contents of webContents.getAllWebContents()) {
    const send = contents.send.bind(contents);
    contents.send = (channel, ...args) => {
      send(channel, ...args);
      const { name, data } = args[0] as { name: string; data: { done: number; total: number } };
      if (name !== 'progress' || data.done < data.total / 3) return;
      contents.send = send;
      // What was sent is still to leave the program.
      setTimeout(() => process.kill(process.pid, 'SIGSTOP'), 20);
    };
  }
  return process.pid;
}
