import { readFileSync } from 'node:fs';
import { unzipSync } from 'fflate';
import { createBook, draft, exportAs, waitForSaved, writeDraft } from './desk.ts';
import { expect, ONLY_IN_A_BROWSER, test } from './fixtures.ts';

test('a footnote is put in by key or from the palette, looks like one, is undone in one step, and is in the exported book', ONLY_IN_A_BROWSER, async ({ page }, testInfo) => {
  await createBook(page, 'The Lamp', 'K.');
  await writeDraft(page, 'The keeper climbed.');
  await page.keyboard.press('ControlOrMeta+Alt+F');
  await expect(draft(page)).toContainText('The keeper climbed.[^1]');
  await page.keyboard.press('ControlOrMeta+z');
  await expect(draft(page)).not.toContainText('[^1]');
  await page.keyboard.press('ControlOrMeta+k');
  await page.getByRole('combobox').fill('insert footnote');
  await page.keyboard.press('Enter');
  await expect(draft(page).locator('.prose-note')).toContainText('[^1]: ');
  await page.keyboard.type('For thirty years.');
  await expect(draft(page).locator('.prose-note')).toHaveText('[^1]: For thirty years.');
  await page.keyboard.press('ControlOrMeta+Alt+Shift+F');
  await page.keyboard.type(' Nobody came.');
  await expect(draft(page).locator('.prose-note-reference')).toHaveText('[^1]');
  await expect(draft(page)).toContainText('The keeper climbed.[^1] Nobody came.');
  await waitForSaved(page);

  const epub = testInfo.outputPath('book.epub');
  await exportAs(page, /EPUB/, epub);
  const chapter = new TextDecoder().decode(unzipSync(readFileSync(epub))['EPUB/chapter-0001.xhtml']);
  expect(chapter).toContain('role="doc-noteref" href="#chapter-1-note-1">1</a> Nobody came.');
});
