/** PDF where the author is: by a browser’s worker, or a process beside the desktop’s window. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { FORMATS } from '#renderer/features/compile/compile-formats.ts';
import { createBook, draft, exportAs, importFolder, typeAtEnd, writeDraft } from './desk.ts';
import { expect, manuscripts, ONLY_IN_A_BROWSER, test } from './fixtures.ts';

const hashOf = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');

async function startPdf(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Compile' }).click();
  await page.getByRole('combobox', { name: 'Preset' }).click();
  await page.getByRole('option', { name: 'A printed book' }).click();
  await page.getByRole('button', { name: 'Export', exact: true }).click();
}

test('a short book is set as pages where its author is', async ({ page }, testInfo) => {
  await createBook(page, 'The Keeper', 'K.');
  await writeDraft(page, 'The keeper climbed the stairs.');
  const file = testInfo.outputPath('book.pdf');
  await exportAs(page, /^PDF$/, file);
  expect(readFileSync(file, 'latin1')).toMatch(/^%PDF-[^]*%%EOF\s*$/);
});

test('a novel is the same file, byte by byte, by the browser and by the command', ONLY_IN_A_BROWSER, async ({ page }, testInfo) => {
  const folder = join(manuscripts, 'frankenstein');
  await importFolder(page, folder);
  await expect(page.getByRole('treeitem', { name: /Letter IV/ })).toBeVisible({ timeout: 30_000 });
  for (const { value: format, label } of FORMATS) {
    const [here, there] = [testInfo.outputPath(`here.${format}`), testInfo.outputPath(`there.${format}`)];
    await exportAs(page, new RegExp(`^${label.replace(/[()]/g, "\\$&")}$`), here);
    const run = spawnSync(process.execPath, ['scripts/compile.ts', folder, '--format', format, '--out', there], { encoding: 'utf8' });
    expect(run.status, run.stderr).toBe(0);
    expect({ format, hash: hashOf(here) }).toEqual({ format, hash: hashOf(there) });
  }
});

test('what sets pages is fetched when the first PDF is made; before, a desk with no network says so, and afterwards it needs none', ONLY_IN_A_BROWSER, async ({ server, newProfile }) => {
  const page = await newProfile().open(server.url);
  await createBook(page, 'The Keeper', 'K.');
  await writeDraft(page, 'The keeper climbed the stairs.');
  await expect.poll(() => page.evaluate(async () => (await caches.keys()).length > 0 && navigator.serviceWorker.controller !== null), { timeout: 30_000 }).toBe(true);
  const kept = (): Promise<string[]> => page.evaluate(async () => (await (await caches.open('recto-app')).keys()).map(({ url }) => url).filter((url) => /\.(?:wasm|ttf)$/.test(url)));
  expect(await kept()).toEqual([]);
  await page.context().setOffline(true);
  await startPdf(page);
  await expect(page.getByRole('dialog').getByRole('alert')).toContainText('Make this PDF again when you are online');
  await page.context().setOffline(false);
  for (const isOnline of [true, false]) {
    await page.context().setOffline(!isOnline);
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export', exact: true }).click();
    expect((await download).suggestedFilename()).toBe('The Keeper.pdf');
    // The WebAssembly, and the four faces of the one family that the book needs.
    await expect.poll(async () => (await kept()).length).toBe(5);
    // A worker that has it in its memory proves nothing.
    await page.reload();
    await page.getByRole('button', { name: 'Compile' }).click();
    await page.getByRole('combobox', { name: 'Format' }).click();
    await page.getByRole('option', { name: 'PDF' }).click();
  }
});

test('while pages are set the author writes on, and Cancel ends the worker at once', ONLY_IN_A_BROWSER, async ({ page }) => {
  await importFolder(page, join(manuscripts, 'frankenstein'));
  await expect(page.getByRole('treeitem', { name: /Letter IV/ })).toBeVisible({ timeout: 30_000 });
  await startPdf(page);
  await expect(page.getByRole('dialog').getByText(/^Setting the pages/)).toBeVisible({ timeout: 60_000 });
  await page.getByRole('button', { name: 'Keep writing' }).click();
  const card = page.getByRole('region', { name: 'Compile under way' });
  await expect(card.getByText(/^Setting the pages/)).toBeVisible();
  await typeAtEnd(page, ' Written meanwhile.');
  await expect(draft(page)).toContainText('Written meanwhile.');

  const worker = page.workers().find((one) => one.url().includes('web-worker-entry'))!;
  const gone = worker.waitForEvent('close');
  const took = await card.getByRole('button', { name: 'Cancel' }).evaluate((cancel: HTMLButtonElement) => {
    const since = performance.now();
    return new Promise<number>((resolve) => {
      new MutationObserver((_changes, watch) => {
        if (cancel.isConnected) return;
        watch.disconnect();
        resolve(performance.now() - since);
      }).observe(document.body, { subtree: true, childList: true });
      cancel.click();
    });
  });
  expect(took).toBeLessThan(500);
  await gone;
  await page.getByRole('button', { name: 'Compile' }).click();
  await page.getByRole('combobox', { name: 'Format' }).click();
  await page.getByRole('option', { name: 'Plain text' }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  expect((await download).suggestedFilename()).toBe('Frankenstein.txt');
});
