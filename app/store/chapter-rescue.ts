/**
 * An edit beats a delete, for a chapter whole: one window or device took it out of its book while another was still
 * writing in it. The text is kept by the merge; without its entry in the book nobody would find it again.
 */
import { isBlobOf } from '#schemas/blob.ts';
import type { BookV1, Chapter } from '#schemas/generated/types.ts';
import { placeOf, putChapterBack, type ChapterPlace } from '../domain/chapter-list.ts';
import type { BlobStore } from './blob-store.ts';

/** By then the draft's tombstone, or the last words that were typed in it, have arrived. */
const LOOK_AFTER_MS = 10_000;

export interface ChapterRescue {
  close(): void;
}

/** Watches for chapters that leave their book while their draft lives on, and puts them back in their place. */
export function startChapterRescue(blobs: BlobStore, lookAfterMs = LOOK_AFTER_MS): ChapterRescue {
  const timers = new Set<ReturnType<typeof setTimeout>>();

  const putBack = async (bookId: string, chapter: Chapter, place: ChapterPlace): Promise<void> => {
    const found = await blobs.getMany([bookId, chapter.draft_blob_id]);
    if (!found.has(bookId) || !found.has(chapter.draft_blob_id)) return;
    await blobs.change(bookId, (book) => {
      if (book.deleted || !isBlobOf(book, 'book-v1')) return null;
      const data = putChapterBack(book.data, chapter, place);
      return data === book.data ? null : { ...book, data: { ...data } };
    });
  };

  const look = (bookId: string, before: BookV1, chapter: Chapter): void => {
    const place = placeOf(before, chapter.id);
    const timer = setTimeout(() => {
      timers.delete(timer);
      // A disk that is full: the next change of the book's chapters, or the author's undo, finds the text as it is.
      void putBack(bookId, chapter, place).catch(() => undefined);
    }, lookAfterMs);
    timers.add(timer);
  };

  const subscription = blobs.changes$.subscribe((changes) => {
    for (const blob of changes.blobs) {
      const before = changes.before.get(blob.id);
      if (!before || !isBlobOf(before, 'book-v1') || !isBlobOf(blob, 'book-v1') || blob.deleted) continue;
      const left = new Set(blob.data.chapters.map(({ id }) => id));
      for (const chapter of before.data.chapters) if (!left.has(chapter.id)) look(blob.id, before.data, chapter);
    }
  });

  return {
    close() {
      subscription.unsubscribe();
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
