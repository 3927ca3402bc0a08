import { coreOf } from '../app-core.ts';
import type { RectoApp } from '../recto-app.ts';
import { deletionTag, readBook } from '../store/change-book.ts';
import { idsOfPitches } from '../store/pitch-head.ts';

/**
 * Takes a book, its pitch and all that belongs to its chapters out of the library. The texts stay in their tombstones:
 * `restoreBook` brings them back.
 * @throws RectoError not_found, storage_full, storage_failed
 */
export async function deleteBook(app: RectoApp, bookId: string): Promise<void> {
  const library = await coreOf(app).library();
  await library.drafts.flush();
  const book = await readBook(library, bookId);
  const ids = await library.idsOfConversations(book.data.chapters.map((chapter) => chapter.id));
  const pitches = await idsOfPitches(library.blobs, bookId);
  await library.blobs.tombstone([...ids, ...pitches, bookId], deletionTag(bookId));
}
