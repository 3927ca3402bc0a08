import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { emptyBlob } from '#processors/contract/emptied.ts';
import { isBlobOf, USER_INPUT } from '#schemas/blob.ts';
import { removeChapter } from '../domain/chapter-list.ts';
import { openTestLibrary } from '../test-support/open-test-library.ts';
import { changeBook, deletionTag, newBookBlob, newDraftBlob } from './change-book.ts';
import { startChapterRescue, type ChapterRescue } from './chapter-rescue.ts';
import type { Library } from './library.ts';

const chapters = ['a', 'b', 'c'].map((id) => ({ id, title: `Chapter ${id}`, draft_blob_id: `draft-${id}`, edition: 'draft' as const }));

let library: Library;
let rescue: ChapterRescue;
beforeEach(async () => {
  ({ library } = await openTestLibrary());
  await library.blobs.insert([...chapters.map((chapter) => newDraftBlob(library, 'book', chapter, 'Text.')), newBookBlob(library, 'book', { title: 'T', author: 'A', chapters })]);
  rescue = startChapterRescue(library.blobs, library.state, 30);
});
afterEach(async () => {
  rescue.close();
  await library.close();
});

async function chapterIds(): Promise<string[]> {
  const book = await library.blobs.get('book');
  return book && isBlobOf(book, 'book-v1') ? book.data.chapters.map(({ id }) => id) : [];
}

describe('a chapter that was deleted elsewhere', () => {
  it('comes back in its place when someone was still writing in it', async () => {
    const session = await library.drafts.open('draft-b');
    await changeBook(library, 'book', (book) => removeChapter(book, 'b'));
    await library.blobs.tombstone(['draft-b'], deletionTag('b'));
    session.changed(() => 'Text. And more.');
    await session.flush();
    await expect.poll(chapterIds).toEqual(['a', 'b', 'c']);
    expect((await library.blobs.get('draft-b'))?.data).toMatchObject({ content: 'Text. And more.' });
  });

  it('has its text again when someone renamed it meanwhile, whichever of the two comes first', async () => {
    const textOf = async (id: string): Promise<unknown> => (await library.blobs.get(id))?.data['content'];
    // The entry stayed, and the tombstone comes.
    await library.blobs.tombstone(['draft-b'], deletionTag('b'));
    await expect.poll(() => textOf('draft-b')).toBe('Text.');
    // The tombstone is there, and the entry comes back.
    await changeBook(library, 'book', (book) => removeChapter(book, 'c'));
    await library.blobs.tombstone(['draft-c'], deletionTag('c'));
    await changeBook(library, 'book', (book) => ({ ...book, chapters: [...book.chapters, { ...chapters[2]!, title: 'Renamed' }] }));
    await expect.poll(() => textOf('draft-c')).toBe('Text.');
    expect(await chapterIds()).toEqual(['a', 'b', 'c']);
  });

  it('stays deleted when nobody was', async () => {
    await changeBook(library, 'book', (book) => removeChapter(book, 'b'));
    await library.blobs.tombstone(['draft-b'], deletionTag('b'));
    // Removed after it, and put back after it: by then the other one has been looked at.
    await changeBook(library, 'book', (book) => removeChapter(book, 'c'));
    await expect.poll(chapterIds).toEqual(['a', 'c']);
  });

  it('comes back when the app ended before it was looked after', async () => {
    rescue.close();
    rescue = startChapterRescue(library.blobs, library.state, 3_600_000);
    await changeBook(library, 'book', (book) => removeChapter(book, 'b'));
    await expect.poll(() => library.state.get('chapter-rescue')).not.toBeNull();
    rescue.close();
    rescue = startChapterRescue(library.blobs, library.state, 30);
    await expect.poll(chapterIds).toEqual(['a', 'b', 'c']);
    await expect.poll(() => library.state.get('chapter-rescue')).toBeNull();
  });

  it('comes back when its text does, on the device that deleted it', async () => {
    await changeBook(library, 'book', (book) => removeChapter(book, 'b'));
    await library.blobs.tombstone(['draft-b'], deletionTag('b'));
    await expect.poll(() => library.state.get('chapter-rescue')).toHaveLength(1);
    expect(await chapterIds()).toEqual(['a', 'c']);
    // As the merge with another device's words leaves it.
    await library.blobs.change('draft-b', (draft) => ({ ...draft, deleted: false, tags: [] }));
    await expect.poll(async () => (await chapterIds()).toSorted()).toEqual(['a', 'b', 'c']);
  });

  it('comes back with what was grown of it and with its history, which went with it', async () => {
    await library.history.keep((await library.blobs.get('draft-b'))!, { reason: 'named', name: 'First' });
    const texts = await library.idsOfConversations(['b']);
    expect(texts).toHaveLength(2);
    const session = await library.drafts.open('draft-b');
    await changeBook(library, 'book', (book) => removeChapter(book, 'b'));
    await library.blobs.tombstone(texts, deletionTag('b'));
    session.changed(() => 'Text. And more.');
    await session.flush();
    await expect.poll(async () => (await library.blobs.getMany(texts)).size).toBe(2);
    expect(await chapterIds()).toEqual(['a', 'b', 'c']);
    expect((await library.blobs.get('draft-b'))!.tags).toEqual([]);
  });

  it('comes back when someone was writing in what was grown of it, on either device', async () => {
    const data = { original: 'Text.', expanded: 'Text that grew.', expansion_ratio: 1 };
    const grown = { user_id: library.userId, processor_id: USER_INPUT, schema_id: 'expanded-text-v1', data };
    await library.blobs.insert([{ ...grown, id: 'grown-b', conversation_id: 'b' }, { ...grown, id: 'grown-c', conversation_id: 'c' }]);
    // The one that deleted it, to which the other's words come later.
    await changeBook(library, 'book', (book) => removeChapter(book, 'b'));
    await library.blobs.tombstone(['draft-b', 'grown-b'], deletionTag('b'));
    await expect.poll(() => library.state.get('chapter-rescue')).toHaveLength(1);
    await library.blobs.change('grown-b', (blob) => ({ ...blob, deleted: false, tags: [], data: { ...blob.data, expanded: 'Text that grew, and more.' } }));
    await expect.poll(chapterIds).toEqual(['a', 'b', 'c']);
    expect((await library.blobs.get('draft-b'))?.data['content']).toBe('Text.');
    // The one that was writing, to which the delete comes, and not of what it wrote.
    await changeBook(library, 'book', (book) => removeChapter(book, 'c'));
    await library.blobs.tombstone(['draft-c'], deletionTag('c'));
    await expect.poll(chapterIds).toEqual(['a', 'b', 'c']);
    expect((await library.blobs.get('draft-c'))?.data['content']).toBe('Text.');
  });

  it('does not bring back its book, which was deleted later, while the tombstones of the others are on their way', async () => {
    await changeBook(library, 'book', (book) => removeChapter(book, 'b'));
    await library.blobs.tombstone(['draft-b'], deletionTag('b'));
    await expect.poll(() => library.state.get('chapter-rescue')).toHaveLength(1);
    await library.blobs.tombstone(['book'], deletionTag('book'));
    rescue.close();
    rescue = startChapterRescue(library.blobs, library.state, 1);
    // Removed after it, and put back after it: by then the first has been looked at.
    await library.blobs.insert([newBookBlob(library, 'other', { title: 'T', author: 'A', chapters })]);
    await changeBook(library, 'other', (book) => removeChapter(book, 'c'));
    await expect.poll(async () => ((await library.blobs.get('other'))!.data['chapters'] as unknown[]).length).toBe(3);
    expect(await library.blobs.get('book')).toBeNull();
  });

  it('comes back with its history also where its text was there first', async () => {
    await library.history.keep((await library.blobs.get('draft-b'))!, { reason: 'interval' });
    const [snapshot] = await library.blobs.find('parent_id', 'draft-b');
    await changeBook(library, 'book', (book) => removeChapter(book, 'b'));
    await library.blobs.tombstone([snapshot!.id], deletionTag('b'));
    await changeBook(library, 'book', (book) => ({ ...book, chapters }));
    await expect.poll(() => library.blobs.get(snapshot!.id)).not.toBeNull();
  });

  it('comes back with the texts that went with its book, when the book comes to life by itself: another device renamed it', async () => {
    const texts = ['draft-a', 'draft-b', 'draft-c'];
    const drafts = async (): Promise<number> => (await library.blobs.getMany(texts)).size;
    // Where it was renamed, only the texts' tombstones come.
    await library.blobs.tombstone(texts, deletionTag('book'));
    await expect.poll(drafts).toBe(3);
    // Where it was deleted, the book comes to life.
    await library.blobs.tombstone(['book', ...texts], deletionTag('book'));
    await expect.poll(() => library.state.get('chapter-rescue')).toEqual([{ half: 'deleted-book', bookId: 'book' }]);
    expect(await drafts()).toBe(0);
    await library.blobs.change('book', (book) => ({ ...book, deleted: false, tags: [] }));
    await expect.poll(drafts).toBe(3);
  });

  it('comes back without what is gone for good', async () => {
    await library.history.keep((await library.blobs.get('draft-b'))!, { reason: 'interval' });
    const [snapshot] = await library.blobs.find('parent_id', 'draft-b');
    await library.blobs.change(snapshot!.id, (blob) => emptyBlob({ ...blob, tags: [deletionTag('b')] }));
    await library.blobs.tombstone(['draft-b'], deletionTag('b'));
    await expect.poll(async () => (await library.blobs.get('draft-b')) !== null).toBe(true);
    expect(await library.blobs.get(snapshot!.id)).toBeNull();
  });

  it('comes back with its whole book, which was deleted while someone wrote in it', async () => {
    await library.blobs.tombstone(['book', 'draft-a', 'draft-b', 'draft-c'], deletionTag('book'));
    await library.blobs.change('draft-b', (draft) => ({ ...draft, deleted: false, tags: [], data: { ...draft.data, content: 'Text. And more.' } }));
    await expect.poll(chapterIds).toEqual(['a', 'b', 'c']);
    await expect.poll(async () => (await library.blobs.getMany(['draft-a', 'draft-b', 'draft-c'])).size).toBe(3);
  });
});
