import { filter, firstValueFrom } from 'rxjs';
import { unzipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makePng, TINY_JPEG } from '#processors/book-compiler/test-support/made-pictures.ts';
import { readManuscript } from '#processors/book-import/read-manuscript.ts';
import { isEmptied } from '#processors/contract/emptied.ts';
import { MOST_PICTURE_BYTES } from '#processors/contract/pictures.ts';
import { createInProcessRunner } from '#processors/hosts/in-process.ts';
import { PROCESSORS } from '#processors/registry.ts';
import { coreOf } from '../app-core.ts';
import { createApp } from '../create-app.ts';
import type { RectoApp } from '../recto-app.ts';
import type { Library } from '../store/library.ts';
import { tidyLibrary } from '../store/tidy-library.ts';
import { spyOnStorage } from '../test-support/spy-on-storage.ts';
import { createDexieStorage, createTestPlatform } from '../test-support/test-platform.ts';
import { addPicture } from './add-picture.ts';
import { compileBook } from './compile-book.ts';
import { createBook } from './create-book.ts';
import { deleteBook } from './delete-book.ts';
import { importManuscript } from './import-manuscript.ts';
import { observePicture } from './observe-picture.ts';
import { restoreBook } from './restore-book.ts';
import { updateBook } from './update-book.ts';

const DAY = 24 * 3_600_000;
const options = () => ({ signal: new AbortController().signal, onProgress: () => undefined });

let app: RectoApp;
let library: Library;
let bookId: string;
let chapterId: string;
let now: number;
beforeEach(async () => {
  now = Date.UTC(2030, 0, 1);
  const runner = createInProcessRunner({ processors: PROCESSORS, aiSettings: () => ({ provider: 'built-in' }) });
  app = await createApp(createTestPlatform({ runner, readManuscript, storage: createDexieStorage(), clock: { now: () => now } }));
  library = await coreOf(app).library();
  ({ bookId, chapterId } = await createBook(app, { title: 'Lamp', author: 'A' }));
});
afterEach(() => app.close());

const shownBook = async () => await firstValueFrom(app.observeBook(bookId).pipe(filter((book) => book !== null)));

async function write(text: string): Promise<void> {
  const { draftId } = (await shownBook()).chapters.find(({ id }) => id === chapterId)!;
  const session = await app.openDraft(draftId);
  session.changed(() => text);
  await session.close();
}

describe('a picture', () => {
  it('is taken in by its bytes, shown by its address, and compiled where the text has it, and on the cover', async () => {
    const png = makePng(30, 20);
    const { id, address } = await addPicture(app, bookId, { bytes: png, name: 'map.png' });
    expect(await firstValueFrom(observePicture(app, id))).toEqual({ mediaType: 'image/png', width: 30, height: 20, bytes: png });
    await write(`The keeper climbed.\n\n![The map](${address})`);
    const cover = await addPicture(app, bookId, { bytes: TINY_JPEG });
    await updateBook(app, bookId, { coverImage: cover.id });
    expect(await shownBook()).toMatchObject({ coverImage: cover.id });
    expect(await firstValueFrom(app.books$)).toMatchObject([{ coverImage: cover.id }]);
    const parts = unzipSync((await compileBook(app, { bookId, format: 'epub' }, options())).bytes);
    expect(parts['EPUB/pictures/picture-0001.png']).toEqual(png);
    expect(parts['EPUB/cover.jpg']).toEqual(TINY_JPEG);
    await updateBook(app, bookId, { coverImage: '' });
    expect(unzipSync((await compileBook(app, { bookId, format: 'epub' }, options())).bytes)).toHaveProperty(['EPUB/cover.svg']);
  });

  it('is refused where it is none, or larger than a row that is synced', async () => {
    const svg = new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"/>');
    await expect(addPicture(app, bookId, { bytes: svg, name: 'map.png' })).rejects.toMatchObject({ code: 'import_unsupported', message: expect.stringContaining('“map.png”') as string });
    const large = new Uint8Array(MOST_PICTURE_BYTES + 1);
    large.set(makePng(1, 1));
    await expect(addPicture(app, bookId, { bytes: large })).rejects.toMatchObject({ code: 'too_large' });
    await expect(addPicture(app, 'no-book', { bytes: TINY_JPEG })).rejects.toMatchObject({ code: 'not_found' });
    expect(await library.blobs.find('schema_id', 'image-v1')).toEqual([]);
  });

  it('goes to the trash with its book, comes back with it, and is gone for good in time', async () => {
    const ids: string[] = [];
    for (let level = 0; level < 7; level += 1) ids.push((await addPicture(app, bookId, { bytes: makePng(2, 2, level) })).id);
    await deleteBook(app, bookId);
    expect((await library.blobs.getMany(ids)).size).toBe(0);
    await restoreBook(app, bookId);
    expect((await library.blobs.getMany(ids)).size).toBe(7);
    await deleteBook(app, bookId);
    for (let day = 0; day < 120; day += 10) {
      now += 10 * DAY;
      // What this device wrote lately by its own clock stays: RxDB's is the computer's.
      const blobs = Object.assign(Object.create(library.blobs) as Library['blobs'], { writtenHere: async (of: readonly string[]) => new Map(of.map((id) => [id, 0])) });
      await tidyLibrary({ blobs, state: library.state, clock: { now: () => now }, readDevice: library.history.readDevice });
    }
    expect([...(await library.blobs.getMany(ids, { deleted: true })).values()].filter((blob) => isEmptied(blob) && blob.data['content'] === '')).toHaveLength(7);
  });

  it('comes in with a folder, whose texts and cover it is in, and goes out as one', async () => {
    const files = {
      'book.json': JSON.stringify({ title: 'Shore', author: 'B', cover: 'images/cover.jpg', chapters: [{ file: 'texts/one.md', title: 'One' }] }),
      'texts/one.md': 'A ![map](<../images/the%20map.png> "Skerry"), ![no file](images/none.png), ![far](https://example.org/a.png).',
      'images/the map.png': makePng(4, 4),
      'images/cover.jpg': TINY_JPEG,
    };
    const input = { kind: 'folder' as const, name: 'Shore', files: Object.entries(files).map(([path, content]) => ({ path, bytes: typeof content === 'string' ? new TextEncoder().encode(content) : content })) };
    const imported = await importManuscript(app, input, options());
    expect(imported.warnings).toEqual(['Pictures that are not there: 1. Their descriptions stand in the text.']);
    const pictures = await library.blobs.find('parent_id', imported.bookId);
    expect(pictures.map(({ data }) => [data['media_type'], data['file_name']])).toEqual([['image/png', 'the map.png'], ['image/jpeg', 'cover.jpg']]);
    const parts = unzipSync((await compileBook(app, { bookId: imported.bookId, format: 'markdown-folder' }, options())).bytes);
    expect([parts['images/picture-0001.png'], parts['images/cover.jpg']]).toEqual([makePng(4, 4), TINY_JPEG]);
    expect(new TextDecoder().decode(parts['001 One.md'])).toBe('A ![map](images/picture-0001.png), ![no file](images/none.png), ![far](https://example.org/a.png).\n');
  });

  it('is not read by a start, by the shelf, or by the chapter that one writes in', async () => {
    const { storage, reads } = spyOnStorage(createDexieStorage());
    const home = createTestPlatform({ storage });
    await app.close();
    app = await createApp(home);
    const book = await createBook(app, { title: 'Map', author: 'A' });
    const { id } = await addPicture(app, book.bookId, { bytes: makePng(30, 30) });
    await app.close();
    reads.reset();
    app = await createApp(home);
    const shown = await firstValueFrom(app.observeBook(book.bookId).pipe(filter((view) => view !== null)));
    await firstValueFrom(app.books$);
    const session = await app.openDraft(shown.chapters[0]!.draftId);
    session.changed(() => 'Words.');
    await session.close();
    await (await coreOf(app).library()).stats.settled();
    expect(reads.ids('blobs')).toContain(book.bookId);
    expect(reads.ids('blobs')).not.toContain(id);
  });

  it('makes no word of the book and no row of its lists', async () => {
    await write('Three words here.');
    const { id } = await addPicture(app, bookId, { bytes: makePng(200, 200) });
    await library.stats.settled();
    expect((await shownBook()).words).toBe(3);
    expect(library.stats.get(id)).toBeUndefined();
  });
});
