import { readFileSync } from 'node:fs';
import { createBook, writeDraft } from './desk.ts';
import { expectNoViolations } from './expect-no-violations.ts';
import { expect, ONLY_IN_A_BROWSER, test } from './fixtures.ts';

test('front matter, parts and a layout are set for a book, kept as a preset that is shared as a file, and stand in the manuscript', ONLY_IN_A_BROWSER, async ({ page }, testInfo) => {
  await createBook(page, 'The Keeper', 'A. Writer');
  await writeDraft(page, 'The keeper climbed the stairs. <!-- Which ones? -->');
  await page.getByRole('button', { name: 'Compile' }).click();
  const dialog = page.getByRole('dialog', { name: 'Compile' });
  const lookAt = async (part: string): Promise<void> => {
    await expectNoViolations(page, part);
    await testInfo.attach(part, { body: await page.screenshot(), contentType: 'image/png' });
  };
  const choose = async (list: string, option: string | RegExp): Promise<void> => {
    await dialog.getByRole('combobox', { name: list, exact: true }).click();
    await page.getByRole('option', { name: option, exact: true }).click();
  };

  await choose('Preset', 'Words alone');
  await choose('Above a chapter stands', 'Its number and its title');
  await dialog.getByRole('button', { name: 'Keep as a preset…' }).click();
  await page.keyboard.type('For my readers');
  await page.keyboard.press('Enter');
  await expect(dialog.getByRole('combobox', { name: 'Preset' }).getByRole('option', { name: 'For my readers' })).toBeAttached();
  await lookAt('file');

  const shared = page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Share as a file…' }).click();
  const preset = testInfo.outputPath('preset.json');
  await (await shared).saveAs(preset);
  await dialog.getByRole('button', { name: 'Delete the preset' }).click();
  await expect(dialog.getByRole('combobox', { name: 'Preset' })).toHaveValue('standard-e-book');
  const chooser = page.waitForEvent('filechooser');
  await dialog.getByRole('button', { name: 'Open a preset’s file…' }).click();
  await (await chooser).setFiles(preset);
  await expect(dialog.getByRole('combobox', { name: 'Above a chapter stands' })).toHaveValue('number-and-title');

  await dialog.getByRole('tab', { name: 'Chapters' }).click();
  await dialog.getByRole('textbox', { name: /^Part that begins with 1\./ }).fill('The Sea');
  await lookAt('chapters');

  await dialog.getByRole('tab', { name: 'Front and back matter' }).click();
  await choose('Page to add', 'Dedication');
  await dialog.getByRole('button', { name: 'Add the page' }).click();
  await dialog.getByRole('textbox', { name: 'Text of Dedication' }).fill('For my sister, {year}.');
  await dialog.getByRole('textbox', { name: 'Year' }).fill('1826');
  await dialog.getByRole('textbox', { name: 'Subtitle' }).fill('A Tale');
  await dialog.getByRole('button', { name: 'Preview' }).click();
  const preview = dialog.getByRole('region', { name: 'Preview' });
  await expect(preview).toContainText(/The Keeper\s*A Tale\s*A\. Writer\s*For my sister, 1826\.\s*Part 1\s*The Sea/, { timeout: 30_000 });
  await dialog.getByRole('textbox', { name: 'Subtitle' }).fill('A Long Tale');
  await page.keyboard.press('Tab');
  await expect(preview).toContainText('A Long Tale', { timeout: 30_000 });
  await lookAt('front and back matter, and the first pages');
  await dialog.getByRole('textbox', { name: 'Subtitle' }).fill('A Tale');

  // What is typed last is not left: it belongs in the file all the same.
  const download = page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Export', exact: true }).click();
  const file = testInfo.outputPath('book.txt');
  await (await download).saveAs(file);
  expect(readFileSync(file, 'utf8')).toMatch(/The Keeper\s+A Tale\s+A\. Writer\s+For my sister, 1826\.\s+Part 1\s+The Sea\s+Chapter 1\s+\S[^]*The keeper climbed the stairs\./);

  // What is said of the file, and can be kept beside it, with no mouse.
  await expect(dialog.getByText(/^5 words in 1 chapter: “The Keeper\.txt” is .+\. Written by you 100 %\.$/)).toBeVisible();
  await dialog.getByText('1 thing left out or replaced').focus();
  await page.keyboard.press('Enter');
  await expect(dialog.getByRole('listitem').filter({ hasText: /comment/i })).toBeVisible();
  await lookAt('what came of it');
  const statement = page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Save a statement for shops…' }).press('Enter');
  await (await statement).saveAs(testInfo.outputPath('statement.txt'));
  expect(readFileSync(testInfo.outputPath('statement.txt'), 'utf8')).toMatch(/The Keeper, by A\. Writer\n5 words in 1 chapter[^]*Written by the author +5 words {2}100 %/);
  const manifest = page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Save the manifest…' }).press('Enter');
  await (await manifest).saveAs(testInfo.outputPath('manifest.json'));
  expect(JSON.parse(readFileSync(testInfo.outputPath('manifest.json'), 'utf8'))).toMatchObject({ file_name: 'The Keeper.txt', words_in: 5, words_out: 5, origin: { author: 5 }, chapters: [{ chosen: 'draft', words: 5 }] });
});
