/**
 * From a key to the paint that shows it while the same browser sets the PDF of a book of 563,000 words, beside the same keys without
 * that, turns about; what the same keys take while a worker of another page merely counts says how much of it is the machine's, which
 * may have no core to spare. And how long Cancel takes.
 */
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { median, percentile, type Figure } from './figures.ts';
import { chooseFiles, launchChromium, manuscripts, serveApp } from './in-browser.ts';
import { goToMiddle, typeRound, watchPaints } from './key-paints.ts';

const ROUNDS = 4;
const LIMIT = 1.25;
const CANCEL_MS = 500;
/** Reading and planning all chapters comes before their pages. */
const PATIENCE_MS = 180_000;
const WATCH_MS = 4_000;

async function openBook(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await chooseFiles(page, /folder/i, join(manuscripts, 'war-and-peace'));
  await page.getByRole('textbox', { name: 'Draft' }).waitFor({ timeout: PATIENCE_MS });
  await page.getByRole('status', { name: 'Saved', exact: true }).waitFor({ timeout: PATIENCE_MS });
  await page.getByRole('treeitem').nth(1).click();
}

const cardOf = (page: Page) => page.getByRole('region', { name: 'Compile under way' });

async function startPdf(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Compile' }).click();
  await page.getByRole('combobox', { name: 'Preset' }).selectOption({ label: 'A printed book' });
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  await page.getByRole('button', { name: 'Keep writing' }).click();
  await cardOf(page).getByText(/^Setting the pages/).waitFor({ timeout: PATIENCE_MS });
}

/** Until the worker is gone, too. @returns ms from the click until its card is off the page, by the page's own clock */
async function cancel(page: Page): Promise<number> {
  const worker = page.workers().find((one) => one.url().includes('web-worker-entry'));
  if (!worker) throw new Error('No worker sets the pages.');
  const gone = new Promise<unknown>((resolve) => worker.once('close', resolve));
  const took = await cardOf(page).getByRole('button', { name: 'Cancel' }).evaluate((button: HTMLButtonElement) => {
    const since = performance.now();
    return new Promise<number>((resolve) => {
      new MutationObserver((_changes, watch) => {
        if (button.isConnected) return;
        watch.disconnect();
        resolve(performance.now() - since);
      }).observe(document.body, { subtree: true, childList: true });
      button.click();
    });
  });
  await gone;
  return took;
}

/** Takes as much of the machine as setting pages does. @returns how it ends */
async function startCounting(browser: Browser): Promise<() => Promise<void>> {
  const page = await browser.newPage();
  await page.evaluate(() => void new Worker(URL.createObjectURL(new Blob(['for (;;);'], { type: 'text/javascript' }))));
  return () => page.close();
}

/** @returns ms of processor time that the page's main thread takes in a second while nobody types */
async function timeMainThread(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const readTasks = async (): Promise<number> => ((await session.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN) * 1000;
  const before = await readTasks();
  await page.waitForTimeout(WATCH_MS);
  const took = (await readTasks()) - before;
  await session.detach();
  return (took * 1000) / WATCH_MS;
}

export async function run(): Promise<Figure[]> {
  const [app, browser] = await Promise.all([serveApp(), launchChromium()]);
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await openBook(page, app.url);
    await goToMiddle(page);
    await watchPaints(page);
    // The first keys pay for code that is not compiled yet.
    await typeRound(page, 0);
    const times: Record<'during' | 'without' | 'counting', number[]> = { during: [], without: [], counting: [] };
    const [cancels, mains]: [number[], number[]] = [[], []];
    for (let round = 1; round <= ROUNDS; round++) {
      times.without.push(...(await typeRound(page, round)));
      const stopCounting = await startCounting(browser);
      times.counting.push(...(await typeRound(page, round)));
      await stopCounting();
      await startPdf(page);
      await page.getByRole('textbox', { name: 'Draft' }).focus();
      times.during.push(...(await typeRound(page, round)));
      if (!(await cardOf(page).isVisible())) throw new Error('The pages were set before the keys were typed.');
      mains.push(await timeMainThread(page));
      cancels.push(await cancel(page));
      await page.getByRole('textbox', { name: 'Draft' }).focus();
    }
    const [during, without, counting] = [times.during, times.without, times.counting].map((taken) => percentile(taken, 0.95)) as [number, number, number];
    const longest = Math.max(...cancels);
    return [
      {
        name: 'Key to paint while a PDF of 563,000 words is made, beside the same without it',
        figure: `${(during / without).toFixed(2)}× at p95 (${during.toFixed(1)} ms to ${without.toFixed(1)} ms; median ${median(times.during).toFixed(1)} to ${median(times.without).toFixed(1)}); ${counting.toFixed(1)} ms while a worker merely counts; the main thread itself works ${median(mains).toFixed(0)} ms a second for it`,
        limit: `at most ${LIMIT}×`,
        ok: during / without <= LIMIT,
      },
      {
        name: 'Cancel of that PDF, until the page is free again',
        figure: `${median(cancels).toFixed(0)} ms, at most ${longest.toFixed(0)} ms of ${ROUNDS}`,
        limit: `at most ${CANCEL_MS} ms`,
        ok: longest <= CANCEL_MS,
      },
    ];
  } finally {
    await browser.close();
    await app.stop();
  }
}
