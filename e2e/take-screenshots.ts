/**
 * `npm run screenshots [-- part …]`: the pictures of docs/screenshots, taken of the running app on a real book. Parts:
 * browser, processors (what works on a book), desktop (its screens), native (what the system shows around them), manuscripts (pages of
 * compiled files).
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import playwright from '../playwright.config.ts';
import { buildDesktop } from '../scripts/build-desktop.ts';
import { buildRenderer } from '../scripts/build-renderer.ts';
import { BrowserProfile } from './browser-profile.ts';
import { chapterItem, createBook, draft, expandChapter, expansion, importFolder, openBook, openChapter, waitForSaved, writeDraft } from './desk.ts';
import { takeDesktopPictures } from './desktop-pictures.ts';
import { takeManuscriptPictures } from './manuscript-pictures.ts';
import { takeNativePictures } from './native-pictures.ts';
import { takeProcessorPictures } from './processor-pictures.ts';
import { ServerProcess } from './server-process.ts';

const root = join(import.meta.dirname, '..');
const folder = join(root, 'docs/screenshots');

export type Shoot = (page: Page, name: string, schemes?: readonly ('light' | 'dark')[]) => Promise<void>;

const shoot: Shoot = async (page, name, schemes = ['light', 'dark']) => {
  for (const colorScheme of schemes) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.mouse.move(640, 790);
    await page.evaluate(() => document.fonts.ready);
    await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`), animations: 'disabled', caret: 'initial' });
  }
};

async function fillLibrary(page: Page): Promise<void> {
  await createBook(page, 'The Keeper', 'A. Writer');
  await writeDraft(page, 'The keeper climbed the lighthouse stairs at dusk. He carried the lamp in one hand.\n\nNobody had come since March. The boat from the mainland had stopped when the ice broke.');
  await page.getByRole('link', { name: 'Library' }).click();
  await importFolder(page, join(root, 'manuscripts/frankenstein'));
  await chapterItem(page, 'Letter I').first().waitFor();
  await waitForSaved(page);
}

async function takeAll(page: Page): Promise<void> {
  await fillLibrary(page);
  await page.getByRole('link', { name: 'Library' }).click();
  await page.getByRole('link', { name: /Frankenstein/ }).waitFor();
  await shoot(page, 'library');
  await openBook(page, 'Frankenstein');
  await openChapter(page, 'Chapter V');
  await draft(page).getByText('It was on a dreary night').first().click();
  await shoot(page, 'editor');
  await expandChapter(page);
  await expansion(page).getByText('dreary night').first().waitFor({ timeout: 60_000 });
  await draft(page).getByText('How can I describe my emotions').first().click({ position: { x: 2, y: 10 } });
  await page.keyboard.type('Tell me: ');
  await waitForSaved(page);
  await page.getByText('stale', { exact: true }).first().waitFor();
  await page.getByText('stale', { exact: true }).first().scrollIntoViewIfNeeded();
  await shoot(page, 'book-view');
  await page.keyboard.press('Alt+Shift+H');
  await page.getByRole('region', { name: 'Timeline' }).getByText('before the first edit').first().click();
  await page.getByRole('insertion').first().waitFor();
  await shoot(page, 'history', ['light']);
  await page.goBack();
  await page.goBack();
  await page.getByRole('button', { name: 'Compile' }).click();
  await page.getByRole('button', { name: 'Preview' }).click();
  await page.getByRole('heading', { name: 'Introduction' }).last().waitFor();
  await shoot(page, 'compile', ['light']);
}

async function takeBrowserPictures(): Promise<void> {
  const server = new ServerProcess();
  const profile = new BrowserProfile(playwright.use?.launchOptions ?? {});
  try {
    await server.start();
    await takeAll(await profile.open(server.url));
  } finally {
    await profile.dispose();
    await server.dispose();
  }
}

const PARTS = {
  browser: takeBrowserPictures,
  processors: () => takeProcessorPictures(shoot, playwright.use?.launchOptions ?? {}),
  desktop: () => takeDesktopPictures(shoot),
  native: () => takeNativePictures(folder, playwright.use?.launchOptions ?? {}),
  manuscripts: () => takeManuscriptPictures(folder, playwright.use?.launchOptions ?? {}),
};

const asked = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
await buildRenderer();
await buildDesktop();
for (const [name, take] of Object.entries(PARTS)) if (asked.length === 0 || asked.includes(name)) await take();
