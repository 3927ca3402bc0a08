import type { Page } from '@playwright/test';
import { createBook, draft, expandChapter, expansion, waitForSaved, writeDraft } from './desk.ts';
import { expect, test } from './fixtures.ts';

const PARAGRAPHS = [
  'The keeper climbed the lighthouse stairs at dusk. He carried a lamp in one hand and the last of the letters in the other, and he did not hurry, because there was nobody above to wait for him and nobody below to call.',
  'Nobody had come since March. The boat from the mainland had stopped when the ice broke, and after that there were only gulls, and the long noise of the water under the rocks, and bread that tasted of salt.',
  'She had written to him every week until the spring. He kept the letters in a tin box under the bed and read them in order, slowly, one each evening, so that they would last until the supply boat came again.',
];

/** Where each passage begins: the first words of its source and of what grew from it, in pixels from the top. */
async function tops(page: Page, starts: readonly string[]): Promise<{ verso: number; recto: number }[]> {
  return page.evaluate((words) => {
    const find = (name: string, start: string): number => {
      const editor = document.querySelector(`[role="textbox"][aria-label="${name}"]`);
      const line = [...(editor?.querySelectorAll('.cm-line') ?? [])].find((candidate) => candidate.textContent?.startsWith(start));
      return line?.getBoundingClientRect().top ?? Number.NaN;
    };
    return words.map((start) => ({ verso: find('Draft', start), recto: find('Expansion', start) }));
  }, starts);
}

async function textOfExpansion(page: Page): Promise<string[]> {
  return (await expansion(page).locator('.cm-line').allInnerTexts()).filter((line) => line.trim() !== '');
}

test.beforeEach(async ({ page }) => {
  await createBook(page, 'The Keeper', 'A. Writer');
  await writeDraft(page, PARAGRAPHS.join('\n\n'));
  await expandChapter(page);
  await expect(expansion(page)).toContainText('Nobody had come since March.', { timeout: 30_000 });
});

test('each passage of the recto stands level with its source', async ({ page }) => {
  const starts = PARAGRAPHS.map((paragraph) => paragraph.slice(0, 20));
  await expect
    .poll(async () => (await tops(page, starts)).every(({ verso, recto }) => Math.abs(verso - recto) <= 1), { message: 'tops are level' })
    .toBe(true);
  const words = (await textOfExpansion(page)).join(' ').split(/\s+/).length;
  const ratio = words / PARAGRAPHS.join(' ').split(/\s+/).length;
  expect(ratio).toBeGreaterThanOrEqual(2);
  expect(ratio).toBeLessThanOrEqual(3.5);
});

test('a changed paragraph makes its passage alone stale, and only it is expanded again', async ({ page }) => {
  const before = await textOfExpansion(page);
  await draft(page).getByText('Nobody had come since March.').click();
  await page.keyboard.press('Home');
  await page.keyboard.type('Truly, ');
  await waitForSaved(page);
  await expect(page.getByText('stale', { exact: true })).toHaveCount(1);
  await page.getByRole('button', { name: 'Expand', exact: true }).click();
  await expect(expansion(page)).toContainText('Truly, ', { timeout: 30_000 });
  await expect(page.getByText('stale', { exact: true })).toHaveCount(0);
  const after = await textOfExpansion(page);
  const kept = before.filter((line) => line.startsWith('The keeper') || line.startsWith('She had written'));
  expect(kept).toHaveLength(2);
  for (const line of kept) expect(after).toContain(line);
});

test('an expanded passage that the author edits is never touched again', async ({ page }) => {
  await expansion(page).getByText('She had written').first().click();
  await page.keyboard.press('Home');
  await page.keyboard.type('In her own hand: ');
  await waitForSaved(page);
  const edited = (await textOfExpansion(page)).find((line) => line.includes('In her own hand: '));
  expect(edited).toBeDefined();
  await draft(page).getByText('She had written').click();
  await page.keyboard.press('Home');
  await page.keyboard.type('Once ');
  await waitForSaved(page);
  await page.getByRole('button', { name: 'Expand', exact: true }).click();
  await waitForSaved(page);
  await page.reload();
  await expect(expansion(page)).toContainText(edited!);
});
