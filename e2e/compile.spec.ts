import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { requireTool } from '../scripts/tools.ts';
import { chapterItem, createBook, exportAs, importFolder, signIn, writeDraft } from './desk.ts';
import { expect, manuscripts, test } from './fixtures.ts';

test('an imported novel is exported to files that checkers and other programs accept', async ({ page }, testInfo) => {
  await importFolder(page, join(manuscripts, 'frankenstein'));
  await expect(chapterItem(page, 'Letter IV')).toBeVisible({ timeout: 30_000 });
  const epub = testInfo.outputPath('book.epub');
  await exportAs(page, /EPUB/, epub);
  const report = execFileSync(requireTool('java'), ['-jar', requireTool('epubcheck'), '--failonwarnings', epub], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  expect(report).toMatch(/No errors or warnings detected/);

  const docx = testInfo.outputPath('book.docx');
  await exportAs(page, /DOCX/, docx);
  const text = execFileSync(requireTool('pandoc'), ['-f', 'docx', '-t', 'plain', '--wrap=none', docx], { encoding: 'utf8', maxBuffer: 1 << 26 });
  expect(text).toContain('You will rejoice to hear that no disaster has accompanied the commencement');
  expect(text.split(/\s+/).length).toBeGreaterThan(75_000);
});

test('an empty book says so instead of making a file', async ({ page }) => {
  await createBook(page, 'Nothing Yet', 'N.');
  await page.getByRole('button', { name: 'Compile' }).click();
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  await expect(page.getByRole('dialog').getByRole('alert')).toBeVisible();
});

test('the account’s server makes the same file, with the last words in it', async ({ page, server }, testInfo) => {
  await signIn(page, 'Create account', 'mary@example.org', 'a long walk by the sea', server.url);
  await createBook(page, 'The Keeper', 'K.');
  await writeDraft(page, 'The keeper climbed the stairs.');
  const [there, here] = [testInfo.outputPath('there.epub'), testInfo.outputPath('here.epub')];
  await exportAs(page, /EPUB/, there, /^On 127/);
  await exportAs(page, /EPUB/, here, /On this device/);
  expect(Buffer.compare(readFileSync(there), readFileSync(here))).toBe(0);
});
