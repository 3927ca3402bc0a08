/** `npm run screenshots`: the pictures of docs/screenshots, taken of the running app on a real book. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import playwright from '../playwright.config.ts';
import { buildDesktop } from '../scripts/build-desktop.ts';
import { buildRenderer } from '../scripts/build-renderer.ts';
import { BrowserProfile } from './browser-profile.ts';
import { chapterItem, createBook, draft, expandChapter, expansion, importFolder, openBook, openChapter, waitForSaved, writeDraft } from './desk.ts';
import { takeDesktopPictures } from './desktop-pictures.ts';
import { ServerProcess } from './server-process.ts';

const root = join(import.meta.dirname, '..');
const folder = join(root, 'docs/screenshots');

async function shoot(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.mouse.move(640, 790);
    await page.evaluate(() => document.fonts.ready);
    await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`), animations: 'disabled', caret: 'initial' });
  }
}

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
}

mkdirSync(folder, { recursive: true });
await buildRenderer();
await buildDesktop();
const server = new ServerProcess();
const profile = new BrowserProfile(playwright.use?.launchOptions ?? {});
try {
  await server.start();
  await takeAll(await profile.open(server.url));
  await takeDesktopPictures(shoot);
} finally {
  await profile.dispose();
  await server.dispose();
}
