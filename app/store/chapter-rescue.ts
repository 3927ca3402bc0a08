/**
 * An edit beats a delete, for a chapter whole: one window or device took it out of its book while another was still
 * writing in it, or renaming it. Both halves are kept by the merge, each by itself: the text whose entry in the book is
 * gone, which nobody would find again, and the entry whose text is in the trash.
 */
import { isEmptied } from '#processors/contract/emptied.ts';
import { isBlobOf, type Blob } from '#schemas/blob.ts';
import type { BookV1 } from '#schemas/generated/types.ts';
import { placeOf } from '../domain/chapter-list.ts';
import type { LocalState } from '../sync/sync-types.ts';
import type { BlobStore } from './blob-store.ts';
import { deletionTag } from './change-book.ts';
import { isAuthorsExpansion, rescue, type Look } from './rescue-halves.ts';
import { isDraft, placeInBook } from './trash/chapter-place.ts';

/** By then the draft's tombstone, or the last words that were typed in it, have arrived. */
const LOOK_AFTER_MS = 10_000;

/** Kept until it is done: the app may end before it is time. */
const STATE_KEY = 'chapter-rescue';
/** Chapters that were deleted and may come to life again: the last ones. */
const MAX_LOOKS = 200;

export interface ChapterRescue {
  close(): void;
}

/**
 * Watches for chapters of which one half was deleted, and puts the other half back; and for books that were deleted
 * while someone wrote in them.
 * @param state the library's
 */
export function startChapterRescue(blobs: BlobStore, state: LocalState, lookAfterMs = LOOK_AFTER_MS): ChapterRescue {
  const timers = new Set<ReturnType<typeof setTimeout>>();
  const open = new Set<Look>();
  let stored: Promise<unknown> = Promise.resolve();
  let isStoring = false;
  const store = (): void => {
    if (isStoring) return;
    isStoring = true;
    const write = (): Promise<void> => {
      isStoring = false;
      return state.set(STATE_KEY, open.size === 0 ? null : [...open]);
    };
    // Where it can't be stored, it is still looked after in this life of the app.
    stored = stored.then(write).catch(() => undefined);
  };

  const wait = (look: Look): void => {
    open.add(look);
    // Its chapters' tombstones may still be on their way: only new words in one bring it back.
    if (look.half === 'deleted-book') return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      // A disk that is full: the look stays, for the next start.
      void rescue(blobs, look).then((isOver) => isOver && open.delete(look) && store(), () => undefined);
    }, lookAfterMs);
    timers.add(timer);
  };
  const later = (look: Look): void => {
    for (const oldest of [...open].slice(0, Math.max(0, open.size - MAX_LOOKS))) open.delete(oldest);
    wait(look);
    store();
  };

  const lookAtBook = (before: BookV1, now: BookV1, bookId: string): void => {
    const [had, has] = [before, now].map(({ chapters }) => new Set(chapters.map(({ id }) => id))) as [Set<string>, Set<string>];
    for (const chapter of before.chapters) if (!has.has(chapter.id)) later({ half: 'entry', bookId, chapter, place: placeOf(before, chapter.id) });
    for (const chapter of now.chapters) if (!had.has(chapter.id)) later({ half: 'text', bookId, chapterId: chapter.id, draftId: chapter.draft_blob_id });
  };

  const lookAtTexts = (bookId: string): void => {
    if (![...open].some((look) => look.half === 'book-texts' && look.bookId === bookId)) later({ half: 'book-texts', bookId });
  };

  const lookAt = (blob: Blob, before: Blob | undefined): void => {
    // RxDB tells of what comes to life as of something new: nothing was before it.
    if (!blob.deleted && blob.schema_id === 'book-v1' && [...open].some((look) => look.half === 'deleted-book' && look.bookId === blob.id)) lookAtTexts(blob.id);
    if (before && isBlobOf(before, 'book-v1') && isBlobOf(blob, 'book-v1')) {
      if (!blob.deleted) lookAtBook(before.data, blob.data, blob.id);
      else if (!before.deleted) later({ half: 'deleted-book', bookId: blob.id });
    } else if (isDeletedDraft(blob)) {
      later({ half: 'text', bookId: placeInBook(blob).bookId, chapterId: blob.conversation_id, draftId: blob.id });
    } else if (blob.deleted && isDraft(blob) && blob.tags.includes(deletionTag(placeInBook(blob).bookId)) && !isEmptied(blob)) {
      lookAtTexts(placeInBook(blob).bookId);
    } else if (!blob.deleted && isDraft(blob)) {
      // Deleted here, it comes to life again when another device's words are merged into it.
      for (const look of open) {
        if (look.half === 'entry' && look.chapter.draft_blob_id === blob.id) wait(look);
        if (look.half !== 'deleted-book' || look.bookId !== placeInBook(blob).bookId) continue;
        open.delete(look);
        later({ half: 'written-book', bookId: look.bookId });
      }
    } else if (!blob.deleted && isAuthorsExpansion(blob)) {
      for (const look of open) if (look.half === 'entry' && look.chapter.id === blob.conversation_id) wait(look);
    }
  };

  const subscription = blobs.changes$.subscribe((changes) => {
    for (const blob of changes.blobs) lookAt(blob, changes.before.get(blob.id));
  });
  stored = state.get(STATE_KEY).then((left) => {
    if (!subscription.closed && Array.isArray(left)) for (const look of left as Look[]) wait(look);
  }, () => undefined);

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
