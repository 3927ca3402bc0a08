import { isBlobOf } from '#schemas/blob.ts';
import { RectoError } from '#schemas/errors.ts';
import { coreOf } from '../app-core.ts';
import type { RectoApp } from '../recto-app.ts';
import { deletionTag } from '../store/change-book.ts';
import { movePictures } from '../store/picture-blobs.ts';
import { idsOfPitches } from '../store/pitch-head.ts';

/**
 * Undoes `deleteBook`: the book, and what was deleted with it; not what had been deleted before.
 * @throws RectoError not_found, storage_full, storage_failed
 */
export async function restoreBook(app: RectoApp, bookId: string): Promise<void> {
  const library = await coreOf(app).library();
  const book = await library.blobs.get(bookId, { deleted: true });
  if (!book || !isBlobOf(book, 'book-v1')) throw new RectoError('not_found', 'This book is not in the library.');
  const chapterIds = book.data.chapters.map((chapter) => chapter.id);
  const ids = await library.idsOfConversations(chapterIds);
  const pitches = await idsOfPitches(library.blobs, bookId, chapterIds);
  await movePictures(library.blobs, bookId, 'book', deletionTag(bookId));
  await library.blobs.restore([...ids, ...pitches, bookId], deletionTag(bookId));
}
