/** Pictures of what the system shows around the page: drawn from what main told the stand-in (electron/draw-surfaces.ts). */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { chromium, expect, type Browser, type LaunchOptions, type Page } from '@playwright/test';
import { buildMenu, type MenuActions } from '#main/menu.ts';
import type { System } from '#main/menu-keys.ts';
import { draft, openBook, openChapter, typeAtEnd, writeDraft } from './desk.ts';
import { Desktop } from './desktop.ts';
import { openFilled } from './desktop-pictures.ts';
import type { ShownDialog } from './electron/main-hooks.ts';
import { drawMenu, drawMenus, drawQuestion, drawSheets, drawWindow, readContextMenu, readItems, readTemplate, type DrawnItem, type DrawnWindow } from './electron/draw-surfaces.ts';

type Draw = (name: string, html: string) => Promise<void>;

/** @param folder where the pictures go */
export async function takeNativePictures(folder: string, launchOptions: LaunchOptions): Promise<void> {
  const browser = await chromium.launch(launchOptions);
  const desktop = new Desktop();
  try {
    const draw = await openBoard(browser, folder);
    for (const system of ['Linux', 'macOS', 'Windows'] as const) await draw(`desktop-menus-${system.toLowerCase()}`, drawMenus(menusOf(system)));
    await openFilled(desktop);
    await shootContextMenu(desktop, draw);
    await shootPaper(desktop, draw);
    await shootServerQuestion(desktop, draw);
    await shootCloseQuestion(desktop, draw);
    await shootWindow(desktop, draw);
  } finally {
    await desktop.dispose();
    await browser.close();
  }
}

export async function openBoard(browser: Browser, folder: string, width = 1400): Promise<Draw> {
  const board = await browser.newPage({ viewport: { width, height: 900 } });
  return async (name, html) => {
    await board.setContent(html);
    await board.locator('main').screenshot({ path: join(folder, `${name}.png`) });
  };
}

function menusOf(system: System): DrawnItem[] {
  const none = (): void => undefined;
  const actions: MenuActions = { command: none, open: none, checkForUpdates: none, showLibraryFile: none, showCrashReports: none, showGuides: none };
  const recentBooks = [{ bookId: 'a', title: 'Frankenstein' }, { bookId: 'b', title: 'The Keeper' }];
  return readTemplate(buildMenu({ system, place: 'book', recentBooks, theme: 'system', hasGuides: true, isDevelopment: false }, actions), system);
}

/** The window as it is now. */
async function seeWindow(page: Page): Promise<DrawnWindow> {
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  return { title: await page.title(), menus: menusOf('Linux'), page: await page.screenshot({ animations: 'disabled' }) };
}

async function shootContextMenu(desktop: Desktop, draw: Draw): Promise<void> {
  const { page } = desktop;
  await page.setViewportSize({ width: 1000, height: 620 });
  await desktop.evaluate((electron) => {
    const { recordings } = (electron as unknown as { standIn: { recordings: { misspellings: Map<string, string[]> } } }).standIn;
    recordings.misspellings.set('lighthuose', ['lighthouse', 'lighthouses']);
  });
  await page.getByRole('link', { name: 'Library' }).click();
  await openBook(page, 'The Keeper');
  await writeDraft(page, 'The lighthuose was dark when the keeper climbed its stairs.');
  const place = await draft(page).locator('.cm-line').first().evaluate((line) => {
    const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const at = node.nodeValue?.indexOf('lighthuose') ?? -1;
      if (at < 0) continue;
      const range = document.createRange();
      range.setStart(node, at + 3);
      range.setEnd(node, at + 4);
      const { x, bottom, top } = range.getBoundingClientRect();
      return { x, y: (top + bottom) / 2 };
    }
    throw new Error('The misspelt word is not on the page.');
  });
  await page.mouse.click(place.x, place.y, { button: 'right' });
  await expect.poll(() => desktop.evaluate(readContextMenu)).not.toBeNull();
  const menu = readItems((await desktop.evaluate(readContextMenu)) ?? []);
  await draw('desktop-context-menu', drawWindow({ ...(await seeWindow(page)), over: { html: drawMenu(menu), at: { x: Math.round(place.x), y: Math.round(place.y) + 8 } } }));
  await desktop.clickContextMenu('lighthouse');
}

/** The first two pages of a chapter, as they come out of the printer; poppler's pdftoppm makes pictures of them. */
async function shootPaper(desktop: Desktop, draw: Draw): Promise<void> {
  const { page } = desktop;
  await page.getByRole('link', { name: 'Library' }).click();
  await openBook(page, 'Frankenstein');
  await openChapter(page, 'Letter IV');
  const folder = mkdtempSync(join(tmpdir(), 'recto-paper-'));
  try {
    writeFileSync(join(folder, 'chapter.pdf'), await page.pdf({ format: 'A5' }));
    execFileSync('pdftoppm', ['-r', '80', '-l', '2', '-gray', '-png', join(folder, 'chapter.pdf'), join(folder, 'page')]);
    const pages = readdirSync(folder).filter((name) => name.endsWith('.png')).toSorted();
    await draw('desktop-printed', drawSheets(pages.map((name) => readFileSync(join(folder, name)))));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function shootServerQuestion(desktop: Desktop, draw: Draw): Promise<void> {
  const { page } = desktop;
  await page.getByRole('link', { name: 'Library' }).click();
  await page.getByRole('button', { name: /^Sign in/ }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Server').fill('https://recto.example.org');
  await dialog.getByLabel('Email').fill('mary@example.org');
  await dialog.getByLabel('Password').fill('a long walk by the sea');
  const before = await seeWindow(page);
  await desktop.answerDialog('showMessageBox', { button: 'Cancel' });
  await dialog.getByRole('button', { name: 'Sign in', exact: true }).click();
  await draw('desktop-question-server', drawWindow({ ...before, over: { html: drawQuestion(await findQuestion(desktop, /Sync your books/)), at: null } }));
  await page.keyboard.press('Escape');
}

/** The window is closed while another program holds the library's file. */
async function shootCloseQuestion(desktop: Desktop, draw: Draw): Promise<void> {
  const { page } = desktop;
  await openBook(page, 'The Keeper');
  const other = new Database(desktop.libraryFile);
  try {
    other.exec('BEGIN IMMEDIATE');
    await typeAtEnd(page, ' Nobody had come since March.');
    await page.getByRole('status', { name: 'Not saved' }).waitFor({ timeout: 30_000 });
    await desktop.answerDialog('showMessageBox', { button: 'Keep Waiting' });
    desktop.evaluate(({ app }) => app.quit()).catch(() => undefined);
    const question = await findQuestion(desktop, /Not everything is saved/);
    await draw('desktop-question-close', drawWindow({ ...(await seeWindow(page)), over: { html: drawQuestion(question), at: null } }));
  } finally {
    other.close();
  }
  await desktop.waitForEnd();
}

async function findQuestion(desktop: Desktop, message: RegExp): Promise<ShownDialog> {
  const find = async (): Promise<ShownDialog | undefined> => (await desktop.readRecord()).dialogs.find((dialog) => message.test(dialog.message));
  await expect.poll(find, { timeout: 30_000 }).toBeTruthy();
  return (await find())!;
}

/** A start without the engine's copy, as after an accident of Chromium's: the words come from the file, which is told. */
async function shootWindow(desktop: Desktop, draw: Draw): Promise<void> {
  rmSync(desktop.indexedDbFolder, { recursive: true });
  const page = await desktop.open();
  await page.setViewportSize({ width: 1000, height: 620 });
  await page.getByRole('link', { name: /Frankenstein/ }).waitFor();
  await page.getByText(/came back from the library file/).first().waitFor();
  await draw('desktop-window', drawWindow(await seeWindow(page)));
}
