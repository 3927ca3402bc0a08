/**
 * Accounts of 1,000, 10,000 and 100,000 blobs in a real browser: the first sync, with a reload in the middle of it, and
 * then the start of the app in one small book and in the library, beside the start with 1,000. Turns about, each start in
 * a page of its own.
 */
import { readFileSync } from 'node:fs';
import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core';
import { median, type Figure } from './figures.ts';
import { launchChromium, readWords, serveApp } from './in-browser.ts';
import { makeLargeAccount, type LargeAccount } from './large-account.ts';

const COUNTS = [1000, 10_000, 100_000] as const;
const ROUNDS = 9;
/** Starts are compared in one run on a machine that does other things: a start that grew with the blobs would be many times as long. */
const START_LIMIT = 1.25;
/** Two pages of 2,000 blobs on their way, and what the app itself takes. */
const MEMORY_LIMIT = 2.5;
const MEGABYTE = 1024 * 1024;

declare global {
  interface Window {
    startedAfter: number | null;
  }
}

type App = Awaited<ReturnType<typeof serveApp>>;

interface Seat {
  count: number;
  account: LargeAccount;
  context: BrowserContext;
  /** Pages of the first sync, by where they begin; how often each was asked for. */
  pages: Map<string, number>;
  /** Of the page's JavaScript, bytes. */
  peakHeap: number;
  serverPeakKilobytes: number;
}

const PLACES = { book: (seat: Seat) => seat.account.place, library: () => '#/library' } as const;
type Place = keyof typeof PLACES;

export async function run(): Promise<Figure[]> {
  const prose = await readWords(30_000);
  const [app, browser] = await Promise.all([serveApp(), launchChromium()]);
  try {
    const seats: Seat[] = [];
    for (const count of COUNTS) seats.push(await syncFirst(app, browser, count, await makeLargeAccount(app.url, count, prose)));
    const figures = [toSyncFigure(seats), toMemoryFigure(seats)];
    for (const place of ['book', 'library'] as const) figures.push(...(await compareStarts(app, seats, place)));
    return figures;
  } finally {
    await browser.close();
    await app.stop();
  }
}

async function syncFirst(app: App, browser: Browser, count: number, account: LargeAccount): Promise<Seat> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const seat: Seat = { count, account, context, pages: new Map(), peakHeap: 0, serverPeakKilobytes: 0 };
  const page = await context.newPage();
  page.on('response', (response) => {
    const { pathname, searchParams } = new URL(response.url());
    if (!pathname.endsWith('/sync/blobs/pull') || Number(searchParams.get('limit')) <= 1) return;
    const start = searchParams.get('seq') ?? '0';
    seat.pages.set(start, (seat.pages.get(start) ?? 0) + 1);
  });
  await page.goto(app.url);
  await page.getByRole('button', { name: 'Sign in', exact: true }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Email').fill(account.email);
  await dialog.getByLabel('Password').fill(account.password);
  await dialog.getByRole('button', { name: 'Sign in', exact: true }).click();
  const metrics = await context.newCDPSession(page);
  const stopWatching = watchMemory(metrics, seat, app.pid);
  await page.waitForFunction((half) => performance.getEntriesByType('resource').filter(({ name }) => name.includes('/sync/blobs/pull')).length >= half, Math.max(1, count / 4000), { timeout: 600_000 });
  await page.reload();
  await waitForBlobs(page, count);
  await stopWatching();
  await page.close();
  return seat;
}

/** Counted in IndexedDB itself. */
async function waitForBlobs(page: Page, count: number): Promise<void> {
  for (;;) {
    const stored = await page.evaluate(async () => {
      const ask = <T>(request: IDBRequest<T>): Promise<T> =>
        new Promise((resolve, reject) => {
          request.addEventListener('success', () => resolve(request.result));
          request.addEventListener('error', () => reject(request.error ?? new Error('IndexedDB')));
        });
      const names = (await indexedDB.databases()).map(({ name }) => name ?? '').filter((name) => name.endsWith('--blobs') && !name.includes('recto-local'));
      let largest = 0;
      for (const name of names) {
        const database = await ask(indexedDB.open(name));
        largest = Math.max(largest, await ask(database.transaction('docs').objectStore('docs').count()));
        database.close();
      }
      return largest;
    });
    if (stored >= count) break;
    await page.waitForEvent('response', { predicate: (response) => response.url().includes('/pull'), timeout: 5000 }).catch(() => null);
  }
  await page.getByRole('status', { name: 'Synced', exact: true }).waitFor({ timeout: 600_000 });
}

function watchMemory(session: CDPSession, seat: Seat, pid: number): () => Promise<void> {
  let watching = true;
  const watched = (async () => {
    await session.send('Performance.enable');
    while (watching) {
      const { metrics } = await session.send('Performance.getMetrics').catch(() => ({ metrics: [] as { name: string; value: number }[] }));
      seat.peakHeap = Math.max(seat.peakHeap, metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? 0);
      const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
      seat.serverPeakKilobytes = Math.max(seat.serverPeakKilobytes, Number(kilobytes));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  })();
  return async () => {
    watching = false;
    await watched;
  };
}

function toSyncFigure(seats: readonly Seat[]): Figure {
  const twice = seats.map(({ pages }) => [...pages.values()].reduce((sum, times) => sum + times - 1, 0));
  return {
    name: 'First sync of 1,000, 10,000 and 100,000 blobs, reloaded in the middle: pages that were fetched again',
    figure: seats.map(({ pages }, i) => `${twice[i]} of ${pages.size}`).join(', '),
    limit: 'at most the 2 that were on their way',
    ok: twice.every((pages) => pages <= 2),
  };
}

function toMemoryFigure(seats: readonly Seat[]): Figure {
  const [, ten, hundred] = seats;
  const [heap, server] = [hundred!.peakHeap / ten!.peakHeap, hundred!.serverPeakKilobytes / ten!.serverPeakKilobytes];
  const megabytes = (bytes: number): string => (bytes / MEGABYTE).toFixed(0);
  return {
    name: 'First sync of 100,000 blobs, peak memory beside 10,000: the page’s heap, the server',
    figure: `${heap.toFixed(2)}× (${megabytes(hundred!.peakHeap)} to ${megabytes(ten!.peakHeap)} MB), ${server.toFixed(2)}× (${megabytes(hundred!.serverPeakKilobytes * 1024)} to ${megabytes(ten!.serverPeakKilobytes * 1024)} MB)`,
    limit: `at most ${MEMORY_LIMIT}×`,
    ok: heap <= MEMORY_LIMIT && server <= MEMORY_LIMIT,
  };
}

async function compareStarts(app: App, seats: readonly Seat[], place: Place): Promise<Figure[]> {
  const times = new Map<number, number[]>(seats.map(({ count }) => [count, []]));
  for (let round = -1; round < ROUNDS; round++) {
    for (const seat of round % 2 === 0 ? seats : seats.toReversed()) {
      const took = await timeStart(app, seat, place);
      if (round >= 0) times.get(seat.count)!.push(took);
    }
  }
  const [small, ...larger] = seats.map(({ count }) => ({ count, took: median(times.get(count)!) }));
  return larger.map(({ count, took }) => {
    const ratio = took / small!.took;
    return {
      name: `Start of the app ${place === 'book' ? 'in a small book' : 'in the library'} with ${count.toLocaleString('en')} blobs, beside 1,000`,
      figure: `${ratio.toFixed(2)}× (${took.toFixed(0)} ms to ${small!.took.toFixed(0)} ms, medians of ${ROUNDS})`,
      limit: place === 'book' ? `at most ${START_LIMIT}×` : 'its books are shown, all of them',
      ok: place !== 'book' || ratio <= START_LIMIT,
    };
  });
}

/** From the navigation to the frame that shows the chapter, or the books with their words. */
async function timeStart(app: App, seat: Seat, place: Place): Promise<number> {
  const page = await seat.context.newPage();
  await page.addInitScript((isBook) => {
    window.startedAfter = null;
    const isThere = (): boolean =>
      isBook
        ? Boolean(document.querySelector('[role="textbox"][aria-label="Draft"][contenteditable="true"] .cm-line')?.textContent)
        : [...document.querySelectorAll('a[href*="book"]')].some((link) => link.textContent.includes('The open book'));
    const look = new MutationObserver(() => {
      if (!isThere()) return;
      look.disconnect();
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.addEventListener('message', () => (window.startedAfter = performance.now()), { once: true });
        port1.start();
        port2.postMessage(null);
      });
    });
    look.observe(document, { childList: true, subtree: true, characterData: true });
  }, place === 'book');
  await page.goto(`${app.url}/${PLACES[place](seat)}`);
  await page.waitForFunction(() => window.startedAfter !== null, undefined, { timeout: 120_000 });
  const took = (await page.evaluate(() => window.startedAfter)) ?? Number.NaN;
  // What the start leaves to do, a start of another account must not be measured beside.
  await page.getByRole('status', { name: 'Synced', exact: true }).waitFor({ timeout: 120_000 });
  await page.close();
  return took;
}
