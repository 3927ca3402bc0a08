import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chapterItem, draft, importFile, importFolder, openBook, openChapter, readDraft, typeAtEnd, waitForSaved } from './desk.ts';
import { expect, manuscripts, test } from './fixtures.ts';

const folder = mkdtempSync(join(tmpdir(), 'recto-import-'));
test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

function writeInput(name: string, bytes: Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

test('a novel is imported, written in, and each saved word outlives the death of its program', async ({ newSeat }) => {
  const seat = newSeat();
  let page = await seat.open();
  await importFolder(page, join(manuscripts, 'frankenstein'));
  await expect(page.getByRole('tree', { name: 'Chapters' })).toBeVisible({ timeout: 30_000 });
  await page.getByRole('link', { name: 'Library' }).click();
  await openBook(page, 'Frankenstein');
  await openChapter(page, 'Letter I');
  await typeAtEnd(page, '\n\nAnd here a new paragraph, kept.');
  await waitForSaved(page);
  await seat.kill();

  page = await seat.open();
  await openBook(page, 'Frankenstein');
  await openChapter(page, 'Letter I');
  // It may open at the line that was written last, far from its beginning.
  await draft(page).press('ControlOrMeta+Home');
  await expect(draft(page)).toContainText('To Mrs. Saville, England.');
  await page.keyboard.press('ControlOrMeta+End');
  await typeAtEnd(page, '');
  await expect(draft(page)).toContainText('And here a new paragraph, kept.');
});

test('the words of the largest chapter come in as they stand in its file', async ({ page }) => {
  const source = readFileSync(join(manuscripts, 'frankenstein/003.md'), 'utf8').trim();
  await importFolder(page, join(manuscripts, 'frankenstein'));
  await expect(chapterItem(page, 'epigraph')).toBeVisible({ timeout: 30_000 });
  await openChapter(page, 'epigraph');
  expect((await readDraft(page)).replace(/\s+/g, ' ').trim()).toBe(source.replace(/\s+/g, ' '));
});

test('a Markdown file is split at its headings', async ({ page }) => {
  const markdown = '# The Long Way\n\n## Morning\n\nIt was *early*.\n\n## Evening\n\nIt was late.\n';
  await importFile(page, writeInput('long-way.md', Buffer.from(markdown)));
  await expect(chapterItem(page, 'Morning')).toBeVisible();
  await openChapter(page, 'Evening');
  await expect(draft(page)).toHaveText('It was late.');
});

test('a page of HTML is read by its headings, and runs nothing', async ({ page }) => {
  const html = '<title>The Long Way</title><h1>Morning</h1><p>It was <em>early</em>.<h1>Evening</h1><p>It was late.<script>document.title = "run"</script>';
  await importFile(page, writeInput('long-way.html', Buffer.from(html)));
  await expect(chapterItem(page, 'Morning')).toBeVisible();
  await openChapter(page, 'Evening');
  await expect(draft(page)).toHaveText('It was late.');
});

const damaged = [
  { what: 'a Markdown file that is not UTF-8', name: 'latin.md', bytes: Buffer.from([0x43, 0x61, 0x66, 0xe9]), sentence: /UTF-8/ },
  { what: 'a damaged Word document', name: 'broken.docx', bytes: Buffer.from('PK\u0003\u0004 not a zip at all'), sentence: /damaged|can’t be read|not a Word/i },
  { what: 'a page of another kind', name: 'page.pdf', bytes: Buffer.from('%PDF-1.7'), sentence: /page\.pdf”.*Nothing was imported/ },
  { what: 'a damaged EPUB', name: 'broken.epub', bytes: Buffer.from('PK\u0003\u0004 not a zip at all'), sentence: /damaged/ },
  { what: 'an empty file', name: 'empty.md', bytes: Buffer.from(''), sentence: /empty|no text|nothing/i },
];
for (const { what, name, bytes, sentence } of damaged)
  test(`${what} gets a sentence that says what to do, and the library stays as it was`, async ({ page }) => {
    await importFile(page, writeInput(name, bytes));
    await expect(page.getByText(sentence).first()).toBeVisible();
    await page.keyboard.press('Escape');
    await page.reload();
    await expect(page.getByRole('button', { name: 'Open the sample book' })).toBeVisible();
  });

test('a folder without book.json gets a sentence that says what to do', async ({ page }) => {
  mkdirSync(join(folder, 'bare'));
  writeFileSync(join(folder, 'bare/one.md'), 'Some words.');
  await importFolder(page, join(folder, 'bare'));
  await expect(page.getByText(/book\.json/).last()).toBeVisible();
});
