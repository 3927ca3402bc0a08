import { isEmptied } from '#processors/contract/emptied.ts';
import type { Chapter } from '#schemas/generated/types.ts';
import { putChapterBack, type ChapterPlace } from '../../domain/chapter-list.ts';
import type { BlobStore } from '../blob-store.ts';
import { changeBook, deletionTag } from '../change-book.ts';
import type { Library } from '../library.ts';
import { withoutPlace } from './chapter-place.ts';

/**
 * Brings back what was deleted with a chapter, and the chapter to its place in the book.
 * @throws RectoError not_found (the book), storage_full, storage_failed
 */
export async function restoreChapter(library: Library, bookId: string, chapter: Chapter, place: ChapterPlace): Promise<void> {
  await restoreTexts(library.blobs, chapter.id);
  await changeBook(library, bookId, (data) => putChapterBack(data, chapter, place));
}

/** Brings back what was deleted with a chapter, and nothing that was deleted before. @throws RectoError storage_full, storage_failed */
export async function restoreTexts(blobs: BlobStore, chapterId: string): Promise<void> {
  const tag = deletionTag(chapterId);
  const deleted = await blobs.find('conversation_id', chapterId, { deleted: 'only' });
  await blobs.changeMany(deleted.map(({ id }) => id), (blob) =>
    blob.deleted && blob.tags.includes(tag) && !isEmptied(blob) ? { ...blob, deleted: false, tags: blob.tags.filter((one) => one !== tag), data: withoutPlace(blob.data) } : null,
  );
}
