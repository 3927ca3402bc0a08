import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { chapterItem, createBook, draft, importFolder, openChapter, typeAtEnd, waitForSaved } from './desk.ts';
import { expectNoViolations } from './expect-no-violations.ts';
import { expect, manuscripts, ONLY_IN_A_BROWSER, test } from './fixtures.ts';

const part = (page: Page, name: string) => page.getByRole('region', { name, exact: true });

test('a novel’s pitch is made with no model, leads to its lines, goes stale with a chapter, and keeps what its author writes', ONLY_IN_A_BROWSER, async ({ page }) => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await importFolder(page, join(manuscripts, 'frankenstein'));
  await expect(chapterItem(page, 'Letter IV')).toBeVisible({ timeout: 30_000 });
  await page.getByRole('tab', { name: 'Pitch' }).click();
  await page.getByRole('button', { name: 'Make the pitch' }).click();
  await expect(part(page, 'Logline').getByRole('listitem')).toHaveCount(1, { timeout: 30_000 });
  await expect(page.getByText(/Extractive, with no model.*LexRank/)).toBeVisible();

  // A sentence leads to its line.
  const row = part(page, 'Synopsis, one page').getByRole('listitem').nth(5);
  const sentence = ((await row.locator('.pitch-text').textContent()) ?? '').slice(0, 60);
  const source = row.getByRole('button').first();
  const title = (await source.textContent()) ?? '';
  await source.click();
  await expect(page.getByRole('textbox', { name: 'Chapter title' })).toHaveValue(title);
  await expect(draft(page).getByText(sentence)).toBeInViewport();

  // A chapter that is another makes what rests on it stale; only that is made again.
  await typeAtEnd(page, ' And then he woke.');
  await waitForSaved(page);
  await page.getByRole('tab', { name: 'Pitch' }).click();
  await expect(page.getByText(/rests? on chapters that have changed/)).toBeVisible();
  await expect(part(page, 'Synopsis, one page').getByText('stale', { exact: true }).first()).toBeVisible();
  const fresh = await part(page, 'Back cover').innerText();

  // What its author writes is theirs.
  await page.getByRole('button', { name: 'Edit: Logline' }).click();
  await page.getByRole('textbox', { name: 'Logline' }).fill('A student makes a man, and must answer for him.');
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(part(page, 'Logline').getByText(/^yours/)).toBeVisible();
  await page.getByRole('button', { name: 'Make again what is stale' }).click();
  await expect(page.getByText(/rests? on chapters that have changed/)).toBeHidden({ timeout: 30_000 });
  await expect(part(page, 'Logline')).toContainText('A student makes a man');
  expect(await part(page, 'Back cover').innerText()).toBe(fresh);

  await page.getByLabel('Genre').fill('gothic');
  await page.getByLabel('Genre').press('Enter');
  await expect(part(page, 'Query letter')).toContainText('Frankenstein, a gothic novel complete at 78,000 words.');
  await page.getByRole('button', { name: 'Copy: Query letter' }).click();
  await expect(page.getByText('Query letter: copied as plain text.', { exact: true })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/^Dear \[agent\],\n\nI am seeking representation for Frankenstein, a gothic novel/);
});

test('a pitch is for whoever sees little or uses no pointer, by day and by night; an empty book says what to do', ONLY_IN_A_BROWSER, async ({ page }) => {
  await createBook(page, 'The Keeper', 'A. Writer');
  await page.keyboard.press('Alt+Shift+p');
  await expect(page.getByText('Write a chapter first.')).toBeVisible();
  await openChapter(page, 'Chapter 1');
  await typeAtEnd(page, 'The keeper climbed the lighthouse stairs at dusk with his lantern. Nobody had come to the island since the storm of March.');
  await waitForSaved(page);
  await page.keyboard.press('Alt+Shift+p');
  await page.getByRole('button', { name: 'Make the pitch' }).press('Enter');
  await expect(part(page, 'Logline').getByRole('listitem')).toHaveCount(1, { timeout: 30_000 });
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await expectNoViolations(page, `pitch, ${colorScheme}`);
  }
});
