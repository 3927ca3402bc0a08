import { RectoError } from '#schemas/errors.ts';
import { coreOf } from '../app-core.ts';
import type { RectoApp } from '../recto-app.ts';
import { placeInBook } from '../store/trash/chapter-place.ts';
import { readDeletedDrafts, readTrash } from '../store/trash/read-trash.ts';
import { restoreChapter } from '../store/trash/restore-chapter.ts';
import { restoreBook } from './restore-book.ts';

/**
 * Brings a book or a chapter back from the trash, with its history; a chapter to the place where it stood. Where its
 * book was deleted after it, the book comes back with it.
 * @param item the id of a TrashItem
 * @returns what to show now; `chapterId` null: the book
 * @throws RectoError not_found, storage_full, storage_failed
 */
export async function restoreFromTrash(app: RectoApp, item: { id: string }): Promise<{ bookId: string; chapterId: string | null }> {
  const library = await coreOf(app).library();
  const found = (await readTrash(library.blobs)).find(({ id }) => id === item.id);
  if (!found) throw new RectoError('not_found', 'This is no longer in the trash. It was restored on another device, or its time was over.');
  if (found.kind === 'book') {
    await restoreBook(app, found.id);
    return { bookId: found.id, chapterId: null };
  }
  const { blobs } = library;
  const draft = (await readDeletedDrafts(blobs)).find((blob) => blob.conversation_id === found.id);
  if (!draft) throw new RectoError('not_found', 'This is no longer in the trash. It was restored on another device, or its time was over.');
  const { bookId, chapter, place } = placeInBook(draft);
  const book = await blobs.get(bookId, { deleted: true });
  if (!book) throw new RectoError('not_found', 'The book of this chapter is not on this computer, so there is nothing to put it back into. It stays in the trash.');
  if (book.deleted) await restoreBook(app, bookId);
  await restoreChapter(library, bookId, chapter, place);
  return { bookId, chapterId: found.id };
}
