/**
 * Starting the desktop app on a library with a book of 563,000 words: from the start of the program to the frame that
 * shows a chapter that can be typed in, with the mirror's check of the two copies and in an app that has no mirror.
 * In turns, each on a library of its own. On the stand-in for Electron: Node and Chromium start instead of Electron.
 */
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { chooseFromMenu } from '../e2e/desk.ts';
import { Desktop } from '../e2e/desktop.ts';
import type { MainModule } from '../e2e/electron/desktop-program.ts';
import { buildApps } from './desktop-app.ts';
import { median, type Figure } from './figures.ts';
import { manuscripts } from './in-browser.ts';

const ROUNDS = 11;
const LIMIT_MS = 100;

/** Runs in main before its window is there. Watches the page for its first editable paint; the time is the system's, ms. */
function watchFirstPaint({ app }: MainModule): void {
  const look = `new Promise((resolve) => {
    const isThere = () => !!document.querySelector('[role="textbox"][aria-label="Draft"][contenteditable="true"] .cm-line')?.textContent;
    const tell = () => requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => resolve(performance.timeOrigin + performance.now());
      port2.postMessage(null);
    });
    if (isThere()) return tell();
    new MutationObserver((_changes, observer) => {
      if (!isThere()) return;
      observer.disconnect();
      tell();
    }).observe(document, { childList: true, subtree: true, characterData: true });
  })`;
  (globalThis as unknown as { firstPaint: Promise<number> }).firstPaint = new Promise((resolve, reject) => {
    app.once('web-contents-created', (_event, contents) => {
      contents.once('dom-ready', () => contents.executeJavaScript(look).then(resolve, reject));
    });
  });
}

async function timeStart(desktop: Desktop, bookId: string): Promise<number> {
  const started = Date.now();
  const program = await desktop.start({ args: [`recto://book/${bookId}`] });
  await program.evaluate(watchFirstPaint, undefined);
  const painted = await program.evaluate(() => (globalThis as unknown as { firstPaint: Promise<number> }).firstPaint, undefined);
  await desktop.close();
  return painted - started;
}

/** @returns the book's id */
async function fillLibrary(desktop: Desktop): Promise<string> {
  const page = await desktop.open();
  await desktop.answerDialog('showOpenDialog', { canceled: false, filePaths: [join(manuscripts, 'war-and-peace')] });
  await chooseFromMenu(desktop, 'File', 'Import a Folder…');
  await page.getByRole('textbox', { name: 'Draft' }).waitFor({ timeout: 180_000 });
  await page.getByRole('status', { name: 'Saved', exact: true }).waitFor({ timeout: 180_000 });
  const bookId = /#\/book\/(?<id>[\w-]+)/.exec(page.url())?.groups?.['id'];
  if (!bookId) throw new Error(`No book is open at ${page.url()}.`);
  await desktop.close();
  return bookId;
}

export async function run(): Promise<Figure[]> {
  const apps = await buildApps();
  const [shipped, bare] = [new Desktop(apps.shipped.main), new Desktop(apps.bare.main)];
  try {
    const bookId = await fillLibrary(shipped);
    rmSync(bare.userData, { recursive: true });
    cpSync(shipped.userData, bare.userData, { recursive: true });
    const [withCheck, without]: [number[], number[]] = [[], []];
    // The first starts pay for files that no cache has yet.
    for (const desktop of [shipped, bare]) await timeStart(desktop, bookId);
    for (let round = 0; round < ROUNDS; round++) {
      // Who is first in a turn changes: what one leaves behind must not be the other's always.
      const inOrder = [[shipped, withCheck], [bare, without]] as const;
      for (const [desktop, times] of round % 2 === 0 ? inOrder : inOrder.toReversed()) times.push(await timeStart(desktop, bookId));
    }
    const more = median(withCheck) - median(without);
    return [
      {
        name: 'Start of the desktop app to the first editable paint, a book of 563,000 words, with the mirror’s check beside none',
        figure: `${more >= 0 ? '+' : '−'}${Math.abs(more).toFixed(0)} ms (${median(withCheck).toFixed(0)} ms to ${median(without).toFixed(0)} ms, medians of ${ROUNDS})`,
        limit: `at most +${LIMIT_MS} ms`,
        ok: more <= LIMIT_MS,
      },
    ];
  } finally {
    await shipped.dispose();
    await bare.dispose();
  }
}
