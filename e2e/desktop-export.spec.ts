/** What an author takes out of the library: from the running app, and from its file with no app running. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chapterItem, chooseFromMenu, createBook, typeAtEnd, waitForSaved } from './desk.ts';
import { expect, manuscripts, test } from './fixtures.ts';

const scripts = join(import.meta.dirname, '../scripts');
const run = (script: string, ...args: string[]): string => execFileSync(process.execPath, [join(scripts, script), ...args], { encoding: 'utf8', stdio: 'pipe' });

test('everything is exported to a folder that is imported again, word by word', async ({ desktop }) => {
  const { page } = desktop;
  await desktop.answerDialog('showOpenDialog', { canceled: false, filePaths: [join(manuscripts, 'frankenstein')] });
  await chooseFromMenu(desktop, 'File', 'Import a Folder…');
  await expect(chapterItem(page, 'Letter IV')).toBeVisible({ timeout: 30_000 });
  await waitForSaved(page);
  const documents = join(desktop.home, 'Documents');
  await desktop.answerDialog('showOpenDialog', { canceled: false, filePaths: [documents] });
  await chooseFromMenu(desktop, 'File', 'Export Everything…');
  await expect.poll(() => readdirSync(documents).filter((name) => name.startsWith('Recto export')), { timeout: 30_000 }).toHaveLength(1);

  const book = join(documents, readdirSync(documents).find((name) => name.startsWith('Recto export')) ?? '', 'books/Frankenstein');
  const { chapters } = JSON.parse(readFileSync(join(book, 'book.json'), 'utf8')) as { chapters: { file: string }[] };
  const sources = readdirSync(join(manuscripts, 'frankenstein')).filter((name) => name.endsWith('.md')).toSorted();
  expect(chapters.map(({ file }) => readFileSync(join(book, file), 'utf8').trim())).toEqual(sources.map((name) => readFileSync(join(manuscripts, 'frankenstein', name), 'utf8').trim()));
});

test('a book compiles from the library’s file when the app is closed, its last words too', async ({ desktop }, testInfo) => {
  await createBook(desktop.page, 'The Keeper', 'A. Writer');
  await typeAtEnd(desktop.page, 'The keeper climbed the lighthouse stairs at dusk.');
  await waitForSaved(desktop.page);
  expect(await desktop.close()).toBe(0);
  const out = testInfo.outputPath('keeper.txt');
  run('compile.ts', '--from', desktop.libraryFile, '--book', 'The Keeper', '--out', out);
  expect(readFileSync(out, 'utf8')).toContain('The keeper climbed the lighthouse stairs at dusk.');
  run('export.ts', '--from', desktop.libraryFile, '--out', testInfo.outputPath('all'));
  expect(readdirSync(testInfo.outputPath('all'))).toEqual(expect.arrayContaining(['README.txt', 'books', 'everything.jsonl']));
});
