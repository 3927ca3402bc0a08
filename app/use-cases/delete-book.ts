import { coreOf } from '../app-core.ts';
import type { RectoApp } from '../recto-app.ts';
import { deletionTag, readBook } from '../store/change-book.ts';
import { idsOfPitches } from '../store/pitch-head.ts';

/**
 * Takes a book, its pitch with its summaries and all that belongs to its chapters out of the library. The texts stay in their tombstones:
 * `restoreBook` brings them back. Files that the server compiled of it go for good.
 * @throws RectoError not_found, storage_full, storage_failed
 */
export async function deleteBook(app: RectoApp, bookId: string): Promise<void> {
  const library = await coreOf(app).library();
  await library.drafts.flush();
  const book = await readBook(library, bookId);
  const chapterIds = book.data.chapters.map((chapter) => chapter.id);
  const ids = await library.idsOfConversations(chapterIds);
  const pitches = await idsOfPitches(library.blobs, bookId, chapterIds);
  const compiled = (await library.blobs.find('parent_id', bookId)).filter(({ schema_id }) => schema_id === 'compiled-book-v1');
  await library.blobs.tombstone([...ids, ...pitches, ...compiled.map(({ id }) => id), bookId], deletionTag(bookId));
}
