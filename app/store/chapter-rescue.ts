/**
 * An edit beats a delete, for a chapter whole: one window or device took it out of its book while another was still
 * writing in it, or renaming it. Both halves are kept by the merge, each by itself: the text whose entry in the book is
 * gone, which nobody would find again, and the entry whose text is in the trash.
 */
import { isEmptied } from '#processors/contract/emptied.ts';
import { isBlobOf, type Blob } from '#schemas/blob.ts';
import type { BookV1, Chapter } from '#schemas/generated/types.ts';
import { placeOf, putChapterBack, type ChapterPlace } from '../domain/chapter-list.ts';
import type { BlobStore } from './blob-store.ts';
import { deletionTag } from './change-book.ts';
import { isDraft, placeInBook } from './trash/chapter-place.ts';
import { restoreTexts } from './trash/restore-chapter.ts';

/** By then the draft's tombstone, or the last words that were typed in it, have arrived. */
const LOOK_AFTER_MS = 10_000;

export interface ChapterRescue {
  close(): void;
}

/** Watches for chapters of which one half was deleted, and puts the other half back. */
export function startChapterRescue(blobs: BlobStore, lookAfterMs = LOOK_AFTER_MS): ChapterRescue {
  const timers = new Set<ReturnType<typeof setTimeout>>();
  const later = (rescue: () => Promise<void>): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      // A disk that is full: the next change of the book's chapters, or the author's undo, finds the text as it is.
      void rescue().catch(() => undefined);
    }, lookAfterMs);
    timers.add(timer);
  };

  const lookAtBook = (before: BookV1, now: BookV1, bookId: string): void => {
    const [had, has] = [before, now].map(({ chapters }) => new Set(chapters.map(({ id }) => id))) as [Set<string>, Set<string>];
    for (const chapter of before.chapters) if (!has.has(chapter.id)) later(() => putBack(blobs, bookId, chapter, placeOf(before, chapter.id)));
    for (const chapter of now.chapters) if (!had.has(chapter.id)) later(() => bringTextsBack(blobs, bookId, chapter.id, chapter.draft_blob_id));
  };

  const subscription = blobs.changes$.subscribe((changes) => {
    for (const blob of changes.blobs) {
      const before = changes.before.get(blob.id);
      if (before && isBlobOf(before, 'book-v1') && isBlobOf(blob, 'book-v1') && !blob.deleted) lookAtBook(before.data, blob.data, blob.id);
      else if (isDeletedDraft(blob)) later(() => bringTextsBack(blobs, placeInBook(blob).bookId, blob.conversation_id, blob.id));
    }
  });

  return {
    close() {
      subscription.unsubscribe();
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

/** Of a chapter that was deleted by itself, and is not gone for good. */
function isDeletedDraft(blob: Blob): blob is Blob & { conversation_id: string } {
  return blob.deleted && blob.conversation_id !== undefined && isDraft(blob) && blob.tags.includes(deletionTag(blob.conversation_id)) && !isEmptied(blob);
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
  if (!book || book.deleted || !isBlobOf(book, 'book-v1') || !draft || !isDeletedDraft(draft)) return;
  if (book.data.chapters.some(({ id }) => id === chapterId)) await restoreTexts(blobs, chapterId);
}
