/** What was written is found again: a chapter's versions, one paragraph of them, and what was deleted. All by the keyboard. */
import type { Locator, Page } from '@playwright/test';
import { chapterItem, createBook, draft, readDraft, waitForSaved, writeDraft } from './desk.ts';
import { expect, ONLY_IN_A_BROWSER, test } from './fixtures.ts';

const OLD = 'Dusk fell over the harbour.\n\nThe keeper lit the lamp with a match.\n\nNobody came.';
const NEW = 'Dusk fell over the harbour.\n\nThe keeper lit the lamp with a candle.\n\nNobody came, but for a gull.';

/** Goes on with Tab until it has the focus, as who has no pointer does. */
async function tabTo(page: Page, wanted: Locator): Promise<void> {
  await expect(wanted).toBeVisible();
  for (let i = 0; i < 60; i++) {
    if (await wanted.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error('Tab never reaches it.');
}

/** Goes on with the arrow, and looks where each has led before the next. */
async function arrowTo(page: Page, list: Locator, wanted: Locator): Promise<void> {
  const place = (): Promise<number> => list.locator(':focus').evaluate((link) => [...document.querySelectorAll('a')].indexOf(link as HTMLAnchorElement));
  for (let i = 0; i < 10; i++) {
    const before = await place();
    if (await wanted.evaluate((link) => link === document.activeElement)) return;
    await page.keyboard.press('ArrowDown');
    await expect.poll(place).not.toBe(before);
  }
  throw new Error('The arrow never reaches it.');
}

test('a version is named, compared and restored, one paragraph is taken back, and a deleted chapter comes back, without a pointer', ONLY_IN_A_BROWSER, async ({ page }) => {
  await createBook(page, 'The Keeper', 'A. Writer');
  await writeDraft(page, OLD);
  const timeline = page.getByRole('region', { name: 'Timeline' });
  await page.keyboard.press('Alt+Shift+H');
  await expect(timeline).toBeVisible();
  await page.keyboard.press('Alt+Shift+S');
  await expect(page.getByLabel('Name', { exact: true })).toBeFocused();
  await page.keyboard.type('Before the candle');
  await page.keyboard.press('Enter');
  await expect(timeline.getByText('“Before the candle”')).toBeVisible();
  await page.keyboard.press('Alt+Shift+H');
  await writeDraft(page, NEW);
  await page.keyboard.press('Alt+Shift+H');

  const named = timeline.getByRole('link', { name: /Before the candle/ });
  await tabTo(page, timeline.locator('[tabindex="0"]'));
  await expect(named).toBeVisible();
  await arrowTo(page, timeline, named);
  await page.keyboard.press('Enter');
  const version = page.getByRole('main', { name: 'The version' });
  await expect(version.getByRole('deletion').filter({ hasText: 'match' })).toBeVisible();
  await expect(version.getByRole('insertion').filter({ hasText: 'candle' })).toBeVisible();

  await tabTo(page, version.getByRole('button', { name: 'Take back the old paragraph 2' }));
  await page.keyboard.press('Enter');
  await expect(version.getByRole('deletion').filter({ hasText: 'match' })).toHaveCount(0);
  // Its button went with it: the keyboard stays where it was.
  await expect(version.getByRole('button').or(version.getByRole('combobox')).and(version.locator(':focus'))).toBeVisible();
  await page.keyboard.press('Alt+Shift+H');
  await expect(draft(page)).toContainText('with a match');
  expect(await readDraft(page)).toContain('but for a gull');

  await page.keyboard.press('Alt+Shift+H');
  await expect(named).toBeVisible();
  await named.focus();
  await page.keyboard.press('Enter');
  await tabTo(page, version.getByRole('button', { name: 'Restore this version' }));
  await page.keyboard.press('Enter');
  await expect(version.getByText('Both say the same.')).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).last().press('Enter');
  await expect(version.getByRole('insertion').filter({ hasText: 'but for a gull' })).toBeVisible();

  await page.keyboard.press('Alt+Shift+H');
  await expect(draft(page)).toContainText('but for a gull');
  await page.keyboard.press('Alt+Shift+N');
  const chapters = page.getByRole('tree', { name: 'Chapters' }).getByRole('treeitem');
  await expect(chapters).toHaveCount(2);
  await page.keyboard.press('F6');
  await expect(chapters.nth(1)).toBeFocused();
  await page.keyboard.press('ArrowUp');
  await expect(chapters.nth(0)).toBeFocused();
  await page.keyboard.press('Delete');
  await expect(chapters).toHaveCount(1);
  await waitForSaved(page);
  await page.keyboard.press('Alt+Shift+T');
  const restore = page.getByRole('main', { name: 'What was deleted' }).getByRole('button', { name: /^Restore:/ });
  await tabTo(page, restore);
  await page.keyboard.press('Enter');
  await expect(page.getByText('Nothing is in the trash.')).toBeVisible();
  await page.getByRole('button', { name: 'Open it' }).press('Enter');
  await expect(draft(page)).toContainText('but for a gull');
  await expect(chapterItem(page, '2')).toBeVisible();
});
