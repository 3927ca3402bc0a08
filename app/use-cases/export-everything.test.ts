import { strFromU8, unzipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makePng } from '#processors/book-compiler/test-support/made-pictures.ts';
import { readManuscript } from '#processors/book-import/read-manuscript.ts';
import { packLibrary } from '#processors/library-export/pack-library.ts';
import type { Blob } from '#schemas/blob.ts';
import { createApp } from '../create-app.ts';
import type { RectoApp } from '../recto-app.ts';
import { createTestPlatform, readerOf, STORAGES } from '../test-support/test-platform.ts';
import { addPicture } from './add-picture.ts';
import { deleteChapter } from './delete-chapter.ts';
import { exportEverything } from './export-everything.ts';
import { importManuscript } from './import-manuscript.ts';
import { updateBook } from './update-book.ts';

const manuscript = {
  title: 'The Keeper', author: 'A. Writer', language: 'en-GB', warnings: [],
  chapters: [{ title: 'Dusk', content: 'The keeper climbed.' }, { title: 'Night', content: 'Nobody had come.' }],
};
const options = () => ({ signal: new AbortController().signal, onProgress: () => undefined });

describe.each(Object.entries(STORAGES))('a library on %s, exported whole', (_name, createStorage) => {
  let app: RectoApp;
  let bookId: string;
  beforeEach(async () => {
    const pack = createTestPlatform({ storage: createStorage(), readManuscript: readerOf(manuscript) });
    app = await createApp({ ...pack, packLibrary: (source, wish) => packLibrary(source, { ...wish, pause: async () => undefined }) });
    ({ bookId } = await importManuscript(app, { kind: 'file', name: 'book.md', bytes: new Uint8Array() }, options()));
  });
  afterEach(async () => app.close());

  const exportAll = async () => {
    const progress: { done: number; total: number }[] = [];
    const { bytes, report } = await exportEverything(app, { signal: new AbortController().signal, onProgress: (step) => progress.push(step) });
    return { files: Object.fromEntries(Object.entries(unzipSync(bytes)).map(([path, content]) => [path, strFromU8(content)])), report, progress };
  };

  it('is a folder that Recto imports again, with what was typed a moment ago and what was deleted', async () => {
    await deleteChapter(app, bookId, await chapterOf('Night'));
    const dusk = await app.openDraft(await draftOf('Dusk'));
    dusk.changed(() => 'The keeper climbed at dusk.');
    const { files, report, progress } = await exportAll();
    await dusk.close();

    expect(report).toEqual({ books: 1, files: Object.keys(files).length, warnings: [] });
    expect(progress.at(-1)).toEqual({ done: progress.at(-1)?.total, total: progress.at(-1)?.total });
    const folder = Object.entries(files).filter(([path]) => path.startsWith('books/The Keeper/'));
    const inside = folder.map(([path, text]) => ({ path: path.slice('books/The Keeper/'.length), bytes: new TextEncoder().encode(text) }));
    const again = await readManuscript({ kind: 'folder', name: 'The Keeper', files: inside }, options());
    expect([again.title, again.chapters.map(({ title, content }) => [title, content.trim()])]).toEqual(['The Keeper', [['Dusk', 'The keeper climbed at dusk.']]]);

    const blobs = files['everything.jsonl']!.trim().split('\n').map((line) => JSON.parse(line) as Blob);
    const texts = blobs.filter(({ schema_id }) => schema_id === 'text-input-v2').map(({ data, deleted }) => [data['content'], deleted]);
    expect(texts.toSorted()).toEqual([['Nobody had come.', true], ['The keeper climbed at dusk.', false]]);
    expect(Object.keys(files).some((path) => path.startsWith('trash/') && files[path]!.includes('Nobody had come.'))).toBe(true);
  });

  it('has its pictures as files, to which its texts lead', async () => {
    const png = makePng(5, 4);
    const { id, address } = await addPicture(app, bookId, { bytes: png, name: 'The map?.png' });
    await updateBook(app, bookId, { coverImage: id });
    const dusk = await app.openDraft(await draftOf('Dusk'));
    dusk.changed(() => `The keeper climbed.\n\n![The map](${address} "Skerry") and ![gone](image:gone)`);
    await dusk.close();
    const { bytes, report } = await exportEverything(app, { signal: new AbortController().signal, onProgress: () => undefined });
    const files = unzipSync(bytes);
    expect(report.warnings).toEqual([]);
    expect(files['books/The Keeper/images/The map.png']).toEqual(png);
    expect(strFromU8(files['books/The Keeper/001 Dusk.md']!)).toBe('The keeper climbed.\n\n![The map](<images/The map.png> "Skerry") and ![gone](image:gone)\n');
    expect(JSON.parse(strFromU8(files['books/The Keeper/book.json']!))).toMatchObject({ cover: 'images/The map.png', cover_image: id });
  });

  it('stops when it is cancelled', async () => {
    const abort = new AbortController();
    await expect(exportEverything(app, { signal: abort.signal, onProgress: () => abort.abort() })).rejects.toMatchObject({ code: 'cancelled' });
  });

  const bookNow = () => new Promise<{ id: string; title: string; draftId: string }[]>((resolve) => {
    app.observeBook(bookId).subscribe((book) => book && book.chapters.length > 0 && resolve(book.chapters));
  });
  const chapterOf = async (title: string): Promise<string> => (await bookNow()).find((chapter) => chapter.title === title)!.id;
  const draftOf = async (title: string): Promise<string> => (await bookNow()).find((chapter) => chapter.title === title)!.draftId;
});
