/**
 * From a key to the paint that shows it, in a chapter of 20,000 words: the app's editor, signed in, with saving,
 * counting and sync on, beside a bare CodeMirror with the same text, face and measure. Turns about, in one browser.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { build } from 'vite';
import { median, percentile, type Figure } from './figures.ts';
import { chooseFiles, createAccount, launchChromium, readWords, root, serveApp, serveFolder } from './in-browser.ts';
import { goToMiddle, typeRound, watchPaints } from './key-paints.ts';

const WORDS = 20_000;
const ROUNDS = 6;
const LIMIT = 1.3;

async function openOurs(page: Page, url: string, text: string): Promise<void> {
  await page.goto(url);
  await createAccount(page);
  await chooseFiles(page, /files/i, { name: 'Twenty thousand.md', mimeType: 'text/markdown', buffer: Buffer.from(text) });
  const draft = page.getByRole('textbox', { name: 'Draft' });
  const book = page.getByRole('link', { name: /twenty thousand/i });
  await draft.or(book).first().waitFor();
  if (!(await draft.isVisible())) await book.click();
  await draft.waitFor();
}

export async function run(): Promise<Figure[]> {
  const text = await readWords(WORDS);
  const folder = await mkdtemp(join(tmpdir(), 'recto-bare-'));
  await build({ root: join(root, 'bench/bare-editor'), configFile: false, logLevel: 'error', build: { outDir: folder, emptyOutDir: true, target: 'es2023' } });
  const [app, bare, browser] = await Promise.all([serveApp(), serveFolder(folder, text), launchChromium()]);
  try {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const [ours, theirs] = [await context.newPage(), await context.newPage()];
    await openOurs(ours, app.url, text);
    await theirs.goto(bare.url);
    const times: { ours: number[]; theirs: number[] } = { ours: [], theirs: [] };
    for (const page of [ours, theirs]) {
      await page.bringToFront();
      await goToMiddle(page);
      await watchPaints(page);
      // The first keys pay for code that is not compiled yet, here and there.
      await typeRound(page, 0);
    }
    for (let round = 1; round <= ROUNDS; round++) {
      times.ours.push(...(await typeRound(ours, round)));
      times.theirs.push(...(await typeRound(theirs, round)));
    }
    const [oursP95, theirsP95] = [percentile(times.ours, 0.95), percentile(times.theirs, 0.95)];
    const ratio = oursP95 / theirsP95;
    return [
      {
        name: 'Key to paint in a chapter of 20,000 words, beside a bare CodeMirror',
        figure: `${ratio.toFixed(2)}× at p95 (${oursP95.toFixed(1)} ms to ${theirsP95.toFixed(1)} ms; median ${median(times.ours).toFixed(1)} to ${median(times.theirs).toFixed(1)})`,
        limit: `at most ${LIMIT}×`,
        ok: ratio <= LIMIT,
      },
    ];
  } finally {
    await browser.close();
    await Promise.all([app.stop(), bare.stop()]);
    await rm(folder, { recursive: true, force: true });
  }
}
