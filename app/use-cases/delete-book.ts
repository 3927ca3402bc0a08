import { coreOf } from '../app-core.ts';
import type { RectoApp } from '../recto-app.ts';
import { deletionTag, readBook } from '../store/change-book.ts';
import { movePictures } from '../store/picture-blobs.ts';
import { idsOfPitches } from '../store/pitch-head.ts';

/** Pictures stand among them. */
const FEW = 10;

/**
 * Takes a book, its pitch with its summaries, its pictures and all that belongs to its chapters out of the library. The texts stay in their tombstones:
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
  const compiled: string[] = [];
  for await (const page of library.blobs.scan(bookId, 'living', { field: 'parent_id', rows: FEW })) compiled.push(...page.filter(({ schema_id }) => schema_id === 'compiled-book-v1').map(({ id }) => id));
  await library.blobs.tombstone([...ids, ...pitches, ...compiled, bookId], deletionTag(bookId));
  // Many and large, so by themselves: one that stays behind is in nobody's way.
  await movePictures(library.blobs, bookId, 'trash', deletionTag(bookId));
}
