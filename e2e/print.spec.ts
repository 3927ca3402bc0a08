/** A chapter on paper: its title and all its words, and nothing of the screen. */
import { chapterItem, createBook, openChapter, waitForSaved, writeDraft } from './desk.ts';
import { expect, test } from './fixtures.ts';

/** Pages of a PDF as Chromium writes it: each is an object of its own, not compressed. */
const countPages = (pdf: Buffer): number => pdf.toString('latin1').match(/\/Type \/Page\b/g)?.length ?? 0;

test('a chapter is printed whole and set as a page, also what the editor has not drawn', async ({ page }) => {
  await page.getByRole('button', { name: 'Open the sample book' }).click();
  await expect(chapterItem(page, 'Letter IV')).toBeVisible({ timeout: 30_000 });
  await openChapter(page, 'Letter IV');
  await waitForSaved(page);
  expect(countPages(await page.pdf({ format: 'A5' })), 'a chapter of 2,798 words').toBeGreaterThan(6);

  const sheet = page.locator('.print-sheet');
  await expect(sheet, 'nothing is left of it on the screen').toHaveCount(0);
  await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
  await page.emulateMedia({ media: 'print' });
  await expect(sheet.getByRole('heading', { name: 'Letter IV' })).toBeVisible();
  await expect(sheet).toContainText('To Mrs. Saville, England.');
  await expect(sheet, 'its last words').toContainText('and wrecked it');
  await expect(page.getByRole('tree', { name: 'Chapters' })).toBeHidden();
  await expect(page.getByRole('button', { name: 'Compile' })).toBeHidden();
  await page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
  await page.emulateMedia({ media: null });
  await expect(page.getByRole('tree', { name: 'Chapters' })).toBeVisible();
});

test('on paper the marks are gone and what they mean is there, in black on white in every theme', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await createBook(page, 'The Keeper', 'A. Writer');
  await page.getByRole('textbox', { name: 'Chapter title' }).fill('Dusk');
  await writeDraft(page, 'The keeper climbed the *lighthouse* stairs.\n\n* * *\n\nNobody had come.');
  await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  const sheet = page.locator('.print-sheet');
  await expect(sheet.locator('em')).toHaveText('lighthouse');
  await expect(sheet.locator('> p').first()).toHaveText('The keeper climbed the lighthouse stairs.');
  await expect(sheet.locator('> p').first()).toHaveCSS('color', 'rgb(0, 0, 0)');
  await expect(page.locator('body')).toHaveCSS('background-color', 'rgba(0, 0, 0, 0)');
});
