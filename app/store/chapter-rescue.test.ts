import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isBlobOf } from '#schemas/blob.ts';
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
  rescue = startChapterRescue(library.blobs, 30);
});
afterEach(async () => {
  rescue.close();
  await library.close();
});

async function chapterIds(): Promise<string[]> {
  const book = await library.blobs.get('book');
  return book && isBlobOf(book, 'book-v1') ? book.data.chapters.map(({ id }) => id) : [];
}

/** Resolves at the next write of the book. */
function nextBook(): Promise<void> {
  return new Promise((resolve) => {
    const subscription = library.blobs.changes$.subscribe(({ blobs }) => {
      if (!blobs.some(({ id }) => id === 'book')) return;
      subscription.unsubscribe();
      resolve();
    });
  });
}

describe('a chapter that was deleted elsewhere', () => {
  it('comes back in its place when someone was still writing in it', async () => {
    const session = await library.drafts.open('draft-b');
    await changeBook(library, 'book', (book) => removeChapter(book, 'b'));
    await library.blobs.tombstone(['draft-b'], deletionTag('b'));
    session.changed(() => 'Text. And more.');
    await session.flush();
    await nextBook();
    expect(await chapterIds()).toEqual(['a', 'b', 'c']);
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
    await nextBook();
    expect(await chapterIds()).toEqual(['a', 'c']);
  });
});
