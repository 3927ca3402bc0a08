import { isEmptied } from '#processors/contract/emptied.ts';
import type { Blob } from '#schemas/blob.ts';
import { RectoError } from '#schemas/errors.ts';
import { coreOf } from '../app-core.ts';
import type { RectoApp } from '../recto-app.ts';
import { newBookBlob } from '../store/change-book.ts';
import type { Library } from '../store/library.ts';
import { placeInBook, withBook } from '../store/trash/chapter-place.ts';
import { readDeletedDrafts, readTrash } from '../store/trash/read-trash.ts';
import { restoreChapter } from '../store/trash/restore-chapter.ts';
import { restoreBook } from './restore-book.ts';

/**
 * Brings a book or a chapter back from the trash, with its history; a chapter to the place where it stood. Where its
 * book was deleted after it, the book comes back with it; where that is gone for good, it comes back in a new one.
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
  const { bookId: from, chapter, place } = placeInBook(draft);
  const book = await blobs.get(from, { deleted: true });
  const isHere = book !== null && !isEmptied(book);
  if (isHere && book.deleted) await restoreBook(app, from);
  const bookId = isHere ? from : await makeHome(app, library, draft);
  await restoreChapter(library, bookId, chapter, place);
  return { bookId, chapterId: found.id };
}

/** Of a chapter whose book is gone for good, or never came to this device: a new one, which its draft names from now on. */
async function makeHome({ platform }: RectoApp, library: Library, draft: Blob): Promise<string> {
  const id = platform.newId();
  await library.blobs.insert([newBookBlob(library, id, { title: 'Restored from the trash', author: '', chapters: [] })]);
  await library.blobs.change(draft.id, (blob) => ({ ...blob, data: withBook(blob.data, id) }));
  return id;
}
