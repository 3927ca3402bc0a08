import { filter, firstValueFrom, map } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { holdLargeReads } from '../test-support/spy-on-storage.ts';
import { createTestPlatform, STORAGES } from '../test-support/test-platform.ts';
import { createBlobStore, type NewBlob } from './blob-store.ts';
import { openLibrary, type Library } from './library.ts';
import { observeBook, observeBooks } from './observe-books.ts';
import { findHeadId } from './observe-expansion.ts';
import { libraryName, openLibraryDatabase } from './open-database.ts';

const draft = (id: string, content: string): NewBlob => ({
  id, user_id: 'local', processor_id: 'user-input', schema_id: 'text-input-v2', conversation_id: `c-${id}`,
  data: { content, metadata: { type: 'chapter', book_id: 'book' } },
});

const expansion = (id: string, more: Partial<NewBlob>, basedOn?: string): NewBlob => ({
  id, user_id: 'local', processor_id: 'text-expansion', schema_id: 'expanded-text-v1', conversation_id: 'c-a',
  data: { original: 'One.', expanded: 'One and two.', expansion_ratio: 3, metadata: { ...(basedOn && { based_on: basedOn }), used_details: ['sky-1'] } },
  ...more,
});

let library: Library | undefined;
afterEach(async () => library?.close());

describe.each(Object.entries(STORAGES))('stats on %s', (_name, createStorage) => {
  it('follow every write: new, changed, deleted, brought back', async () => {
    library = await openLibrary(createTestPlatform({ storage: createStorage() }), null);
    const { blobs, stats } = library;
    await blobs.insert([draft('a', 'One two.'), draft('b', '')]);
    await stats.caughtUp();
    expect(stats.get('a')).toMatchObject({ words: 2, version: 1, conversation_id: 'c-a', book_id: 'book', deleted: false });
    expect(stats.get('b')?.words).toBe(0);
    await blobs.change('b', (blob) => ({ ...blob, data: { ...blob.data, content: 'One two three.' } }));
    await blobs.tombstone(['a'], 'why');
    await stats.caughtUp();
    expect(stats.get('b')).toMatchObject({ words: 3, version: 2 });
    expect(stats.get('a')).toMatchObject({ deleted: true });
    await blobs.restore(['a'], 'why');
    await stats.caughtUp();
    expect(stats.get('a')).toMatchObject({ deleted: false, version: 3 });
  });

  it('know a chapter’s head and details without its texts', async () => {
    library = await openLibrary(createTestPlatform({ storage: createStorage() }), null);
    await library.blobs.insert([draft('a', 'One.'), expansion('e1', { parent_id: 'a' }), expansion('e2', { parent_id: 'a' }, 'e1')]);
    await library.stats.caughtUp();
    expect(library.chapters.head('c-a')).toMatchObject({ id: 'e2', based_on: 'e1', used_details: ['sky-1'], words: 3 });
    await library.blobs.tombstone(['e2'], 'why');
    await library.stats.caughtUp();
    expect(library.chapters.head('c-a')?.id).toBe('e1');
  });

  it('take in at the next start what a crash left out', async () => {
    const platform = createTestPlatform({ storage: createStorage() });
    library = await openLibrary(platform, null);
    await library.blobs.insert([draft('a', 'One two.')]);
    await library.stats.settled();
    await library.close();
    // Written, and the window was gone before anything was counted.
    const database = await openLibraryDatabase(platform, libraryName(null));
    const blobs = createBlobStore(database.blobs, platform.clock);
    await blobs.change('a', (blob) => ({ ...blob, data: { ...blob.data, content: 'One two three four.' } }));
    await blobs.insert([draft('new', 'Five words are in here.')]);
    await database.close();
    library = await openLibrary(platform, null);
    await library.stats.caughtUp();
    expect(library.stats.get('a')).toMatchObject({ words: 4, version: 2 });
    expect(library.stats.get('new')).toMatchObject({ words: 5 });
  });

  it('come in after the library is open: its books, a chapter’s head and its words are known before', async () => {
    const storage = createStorage();
    library = await openLibrary(createTestPlatform({ storage }), null);
    const chapters = Array.from({ length: 40 }, (_chapter, i) => ({ id: `c-d${i}`, title: `${i}`, draft_blob_id: `d${i}`, edition: 'draft' }));
    const book: NewBlob = { id: 'book', user_id: 'local', processor_id: 'user-input', schema_id: 'book-v1', data: { title: 'T', author: '', chapters } };
    await library.blobs.insert([book, ...chapters.map(({ draft_blob_id: id }) => draft(id, 'One two.')), expansion('e', { parent_id: 'd1', conversation_id: 'c-d1' })]);
    await library.blobs.insert(Array.from({ length: 80 }, (_, i) => draft(`other${i}`, 'One.')));
    await library.stats.settled();
    const words = (from: Library): Promise<number> => firstValueFrom(observeBooks(from).pipe(map(([only]) => only?.words ?? 0), filter((count) => count > 0)));
    expect(await words(library)).toBe(80);
    await library.stats.settled();
    await library.close();

    const held = holdLargeReads(storage, 'stats', 100);
    library = await openLibrary(createTestPlatform({ storage: held.storage }), null);
    const { stats } = library;
    const shown = words(library);
    const viewed = firstValueFrom(observeBook(library, 'book'));
    expect(await findHeadId(library, 'c-d1')).toBe('e');
    expect((await viewed)?.words).toBe(80);
    expect(await shown).toBe(80);
    expect([stats.isWhole, stats.get('other79')]).toEqual([false, undefined]);
    held.release();
    await stats.caughtUp();
    expect(stats.isWhole).toBe(true);
    expect(stats.get('other79')).toMatchObject({ words: 1 });
    expect(library.chapters.head('c-d1')?.id).toBe('e');
  });

  it('are made again, in the background, where they were lost', async () => {
    const platform = createTestPlatform({ storage: createStorage() });
    library = await openLibrary(platform, null);
    await library.blobs.insert(Array.from({ length: 120 }, (_, index) => draft(`d${index}`, 'One two.')));
    await library.stats.settled();
    const rows = await library.database.stats.find().exec();
    await library.database.stats.bulkRemove(rows.map(({ id }) => id));
    await library.close();
    library = await openLibrary(platform, null);
    expect(library.stats.get('d7')).toBeUndefined();
    const ids = Array.from({ length: 120 }, (_, index) => `d${index}`);
    const { stats } = library;
    const filled = new Promise<void>((resolve) => stats.changed$.subscribe(() => ids.every((id) => stats.get(id)) && resolve()));
    stats.fillIn(ids);
    await filled;
    expect(stats.get('d119')?.words).toBe(2);
  });
});
