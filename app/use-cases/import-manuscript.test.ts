import { readFileSync } from 'node:fs';
import { filter, firstValueFrom } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import type { ImportedManuscript } from '#processors/contract/manuscript.ts';
import { coreOf } from '../app-core.ts';
import { createApp } from '../create-app.ts';
import type { RectoApp } from '../recto-app.ts';
import { spyOnStorage } from '../test-support/spy-on-storage.ts';
import { createTestPlatform, readerOf, STORAGES } from '../test-support/test-platform.ts';
import { importManuscript } from './import-manuscript.ts';

const input = { kind: 'folder' as const, name: 'book', files: [] };
const noSignal = (): { signal: AbortSignal; onProgress(): void } => ({ signal: new AbortController().signal, onProgress: () => undefined });

let app: RectoApp | undefined;
afterEach(async () => app?.close());

describe.each(Object.entries(STORAGES))('importing War and Peace on %s', (_name, createStorage) => {
  it('takes a few seconds at most; opening it again reads the book, its stats and the one chapter, and no other text', async () => {
    const manuscript = readManuscriptFolder('war-and-peace');
    const { storage, reads } = spyOnStorage(createStorage());
    const platform = createTestPlatform({ storage, readManuscript: readerOf(manuscript) });
    app = await createApp(platform);
    const progress: number[] = [];
    // What it takes of a processor, however many others wait for it.
    const start = process.cpuUsage();
    const { bookId } = await importManuscript(app, input, { signal: new AbortController().signal, onProgress: ({ done }) => progress.push(done) });
    expect(process.cpuUsage(start).user).toBeLessThan(8_000_000);
    expect(progress.at(-1)).toBe(manuscript.chapters.length);
    const view = await firstValueFrom(app.observeBook(bookId).pipe(filter((book) => book?.words === manuscript.words)));
    expect(view?.chapters.map(({ title }) => title)).toEqual(manuscript.chapters.map(({ title }) => title));
    await app.close();

    reads.reset();
    app = await createApp(platform);
    const shown = await firstValueFrom(app.observeBook(bookId).pipe(filter((book) => book !== null)));
    expect(shown.words).toBe(manuscript.words);
    const { draftId } = shown.chapters[200]!;
    expect((await app.openDraft(draftId)).initialText).toBe(manuscript.chapters[200]!.content);
    const [summary] = await firstValueFrom(app.books$.pipe(filter((books) => books.length > 0)));
    expect(summary).toMatchObject({ words: manuscript.words, chapterCount: manuscript.chapters.length });
    expect(new Set(reads.ids('blobs'))).toEqual(new Set([bookId, draftId]));
    expect(new Set(reads.ids('stats')).size).toBe(manuscript.chapters.length);
  });
});

describe('an import', () => {
  const manuscript: ImportedManuscript = {
    title: 'The Keeper', author: '', language: '', subtitle: 'A Tale', contact: 'A. Writer\n1 Shore Road', matter: [{ id: '1', kind: 'dedication', text: 'For *you*' }],
    chapters: [{ title: 'One', content: 'First.' }, { title: 'Two', content: '', part: 'Later', synopsis: 'She leaves.', included: false, notes: ['Too soon?'] }],
    warnings: ['A picture was left out.'],
  };

  it('makes a book of what was read, and hands on what was said of it', async () => {
    app = await createApp(createTestPlatform({ readManuscript: readerOf(manuscript) }));
    const { bookId, warnings } = await importManuscript(app, input, noSignal());
    expect(warnings).toEqual(['A picture was left out.']);
    const view = await firstValueFrom(app.observeBook(bookId));
    expect(view).toMatchObject({ title: 'The Keeper', chapters: [{ title: 'One' }, { title: 'Two' }] });
    expect((await app.openDraft(view!.chapters[0]!.draftId)).initialText).toBe('First.');
    const [book] = await (await coreOf(app).library()).blobs.find('schema_id', 'book-v1');
    expect(book?.data).toMatchObject({ subtitle: 'A Tale', contact: 'A. Writer\n1 Shore Road', matter: [{ id: expect.stringMatching(/^.{8,}$/), kind: 'dedication', text: 'For *you*' }] });
    expect(book?.data).toMatchObject({ chapters: [expect.not.objectContaining({ part: expect.anything() }), { part: 'Later', synopsis: 'She leaves.', included: false }] });
    expect(await firstValueFrom(app.observeThread(bookId, view!.chapters[1]!.id))).toContainEqual(expect.objectContaining({ kind: 'note', text: 'Too soon?' }));
  });

  it('that is cancelled leaves nothing behind', async () => {
    const many = { ...manuscript, chapters: Array.from({ length: 1_200 }, (_, index) => ({ title: `${index}`, content: `Text ${index}.` })) };
    app = await createApp(createTestPlatform({ readManuscript: readerOf(many) }));
    const controller = new AbortController();
    const importing = importManuscript(app, input, { signal: controller.signal, onProgress: () => controller.abort() });
    await expect(importing).rejects.toMatchObject({ code: 'cancelled' });
    const library = await coreOf(app).library();
    expect(await library.blobs.find('schema_id', 'text-input-v2')).toEqual([]);
    expect(await library.blobs.find('schema_id', 'book-v1')).toEqual([]);
    expect(await firstValueFrom(app.books$)).toEqual([]);
  });
});

interface BookFile {
  title: string;
  author: string;
  language: string;
  chapters: { file: string; title: string; words: number }[];
}

/** A manuscript of this repository, as its import would give it. */
function readManuscriptFolder(name: 'frankenstein' | 'war-and-peace'): ImportedManuscript & { words: number } {
  const folder = new URL(`../../manuscripts/${name}/`, import.meta.url);
  const book = JSON.parse(readFileSync(new URL('book.json', folder), 'utf8')) as BookFile;
  const chapters = book.chapters.map(({ file, title }) => ({ title, content: readFileSync(new URL(file, folder), 'utf8') }));
  return { title: book.title, author: book.author, language: book.language, chapters, warnings: [], words: book.chapters.reduce((sum, { words }) => sum + words, 0) };
}
