/** Puts back what half of a chapter or a book has lost, where the other half lives: see chapter-rescue.ts. */
import { isEmptied } from '#processors/contract/emptied.ts';
import { isBlobOf, USER_INPUT, type Blob } from '#schemas/blob.ts';
import type { BookV1, Chapter } from '#schemas/generated/types.ts';
import { putChapterBack, type ChapterPlace } from '../domain/chapter-list.ts';
import type { BlobStore } from './blob-store.ts';
import { deletionTag } from './change-book.ts';
import { restoreTexts } from './trash/restore-chapter.ts';

/**
 * What is looked after: a chapter whose entry has gone, one whose text has, a book that was deleted, one in which someone
 * wrote after that, and one that may live while its texts were deleted with it.
 */
export type Look =
  | { half: 'entry'; bookId: string; chapter: Chapter; place: ChapterPlace }
  | { half: 'text'; bookId: string; chapterId: string; draftId: string }
  | { half: 'deleted-book' | 'written-book' | 'book-texts'; bookId: string };

/** @returns false: it may still come to life */
export async function rescue(blobs: BlobStore, look: Look): Promise<boolean> {
  if (look.half === 'text') await bringTextsBack(blobs, look.bookId, look.chapterId, look.draftId);
  else if (look.half === 'book-texts') await bringBookTextsBack(blobs, look.bookId);
  else if (look.half === 'entry') return await bringChapterBack(blobs, look.bookId, look.chapter, look.place);
  else await bringBookBack(blobs, look.bookId);
  return true;
}

/** @returns false: nobody has written in it */
async function bringChapterBack(blobs: BlobStore, bookId: string, chapter: Chapter, place: ChapterPlace): Promise<boolean> {
  const book = await blobs.get(bookId, { deleted: true });
  if (!book || isEmptied(book) || !(await livesOn(blobs, chapter))) return false;
  // What was grown of it, and its history, went with it.
  await restoreTexts(blobs, chapter.id);
  await bringBookBack(blobs, bookId);
  await putBack(blobs, bookId, chapter, place);
  return true;
}

/** Whether its draft lives, or what its author made of what was grown. */
async function livesOn(blobs: BlobStore, chapter: Chapter): Promise<boolean> {
  if (await blobs.get(chapter.draft_blob_id)) return true;
  return (await blobs.find('conversation_id', chapter.id)).some(isAuthorsExpansion);
}

export function isAuthorsExpansion(blob: Blob): boolean {
  return isBlobOf(blob, 'expanded-text-v1') && blob.processor_id === USER_INPUT;
}

/** A book in the trash of which a chapter lives: someone wrote in it while it was deleted. All that went with it comes back. */
async function bringBookBack(blobs: BlobStore, bookId: string): Promise<void> {
  const book = await blobs.get(bookId, { deleted: true });
  if (!book?.deleted || !isBlobOf(book, 'book-v1')) return;
  const drafts = await blobs.getMany(book.data.chapters.map((chapter) => chapter.draft_blob_id));
  if (drafts.size === 0) return;
  await blobs.restore([bookId], deletionTag(bookId));
  await restoreWithBook(blobs, book.data, bookId);
}

/** A book that lives, of which the texts were deleted with it: another device changed its title or its list, which beats its delete. */
async function bringBookTextsBack(blobs: BlobStore, bookId: string): Promise<void> {
  const book = await blobs.get(bookId);
  if (book && isBlobOf(book, 'book-v1')) await restoreWithBook(blobs, book.data, bookId);
}

async function restoreWithBook(blobs: BlobStore, { chapters }: BookV1, bookId: string): Promise<void> {
  for (const { id } of chapters) {
    const texts = await blobs.find('conversation_id', id, { deleted: 'only' });
    await blobs.restore(texts.map((text) => text.id), deletionTag(bookId));
  }
}

async function putBack(blobs: BlobStore, bookId: string, chapter: Chapter, place: ChapterPlace): Promise<void> {
  const found = await blobs.getMany([bookId, chapter.draft_blob_id]);
  if (!found.has(bookId) || !found.has(chapter.draft_blob_id)) return;
  await blobs.change(bookId, (book) => {
    if (book.deleted || !isBlobOf(book, 'book-v1')) return null;
    const data = putChapterBack(book.data, chapter, place);
    return data === book.data ? null : { ...book, data: { ...data } };
  });
}

async function bringTextsBack(blobs: BlobStore, bookId: string, chapterId: string, draftId: string): Promise<void> {
  const found = await blobs.getMany([bookId, draftId], { deleted: true });
  const [book, draft] = [found.get(bookId), found.get(draftId)];
  if (!book || book.deleted || !isBlobOf(book, 'book-v1') || !draft || isEmptied(draft)) return;
  // Where the draft lives already, what went with it may not.
  if (book.data.chapters.some(({ id }) => id === chapterId)) await restoreTexts(blobs, chapterId);
}
