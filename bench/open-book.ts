/**
 * Opening a book of 563,000 words: from the click on its cover to a chapter that can be typed in and is painted, beside
 * reading that book's records raw from IndexedDB. Turns about, each in a page of its own.
 */
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { median, type Figure } from './figures.ts';
import { chooseFiles, launchChromium, manuscripts, serveApp } from './in-browser.ts';

const ROUNDS = 9;
const LIMIT = 2;

declare global {
  interface Window {
    opened: number | null;
  }
}

async function importBook(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await chooseFiles(page, /folder/i, join(manuscripts, 'war-and-peace'));
  const draft = page.getByRole('textbox', { name: 'Draft' });
  await draft.or(page.getByRole('link', { name: /war and peace/i })).first().waitFor({ timeout: 120_000 });
  await page.getByRole('status', { name: 'Saved', exact: true }).waitFor({ timeout: 120_000 });
}

/** From the click to the frame that shows the text, ms. */
async function timeOpening(context: BrowserContext, url: string): Promise<number> {
  const page = await context.newPage();
  await page.goto(`${url}/#/library`);
  const cover = page.getByRole('link', { name: /war and peace/i });
  await cover.waitFor();
  await page.evaluate(() => {
    window.opened = null;
    let clicked = 0;
    window.addEventListener('click', (event) => (clicked = event.timeStamp), { capture: true, once: true });
    const look = new MutationObserver(() => {
      if (clicked === 0 || !document.querySelector('[role="textbox"][aria-label="Draft"][contenteditable="true"] .cm-line')?.textContent) return;
      look.disconnect();
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.addEventListener('message', () => (window.opened = performance.now() - clicked), { once: true });
        port1.start();
        port2.postMessage(null);
      });
    });
    look.observe(document.body, { childList: true, subtree: true, characterData: true });
  });
  await cover.click();
  await page.waitForFunction(() => window.opened !== null);
  const took = (await page.evaluate(() => window.opened)) ?? Number.NaN;
  await page.close();
  return took;
}

/** Opens the library's database and reads every record of the book, with nothing of the app around it. */
async function timeRawRead(context: BrowserContext, url: string): Promise<{ took: number; words: number }> {
  const page = await context.newPage();
  await page.goto(`${url}/healthz`);
  const result = await page.evaluate(async () => {
    const ask = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.addEventListener('success', () => resolve(request.result));
        request.addEventListener('error', () => reject(request.error ?? new Error('IndexedDB')));
      });
    const names = (await indexedDB.databases()).map(({ name }) => name ?? '').filter((name) => name.endsWith('blobs'));
    const counts: { took: number; words: number }[] = [];
    for (const name of names) {
      const start = performance.now();
      const database = await ask(indexedDB.open(name));
      const records: unknown[] = await ask(database.transaction('docs').objectStore('docs').getAll());
      const took = performance.now() - start;
      database.close();
      const texts = records.map((record) => (record as { data?: { content?: string } }).data?.content ?? '');
      counts.push({ took, words: texts.reduce((sum, text) => sum + (text.match(/\S+/g)?.length ?? 0), 0) });
    }
    // One library has the book; the others, of accounts that were never used, are empty.
    return counts.toSorted((a, b) => b.words - a.words)[0];
  });
  await page.close();
  if (!result || result.words < 500_000) throw new Error(`The raw read found ${result?.words ?? 0} words: it looked in the wrong place.`);
  return result;
}

export async function run(): Promise<Figure[]> {
  const [app, browser] = await Promise.all([serveApp(), launchChromium()]);
  try {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    await importBook(page, app.url);
    await page.close();
    await timeOpening(context, app.url);
    const [ours, raw]: [number[], number[]] = [[], []];
    for (let round = 0; round < ROUNDS; round++) {
      ours.push(await timeOpening(context, app.url));
      raw.push((await timeRawRead(context, app.url)).took);
    }
    const ratio = median(ours) / median(raw);
    return [
      {
        name: 'Opening a book of 563,000 words to an editable chapter, beside reading its records raw from IndexedDB',
        figure: `${ratio.toFixed(2)}× (${median(ours).toFixed(0)} ms to ${median(raw).toFixed(0)} ms, medians of ${ROUNDS})`,
        limit: `at most ${LIMIT}×`,
        ok: ratio <= LIMIT,
      },
    ];
  } finally {
    await browser.close();
    await app.stop();
  }
}
