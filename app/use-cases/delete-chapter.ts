import { coreOf } from '../app-core.ts';
import { placeOf, putChapterBack, removeChapter } from '../domain/chapter-list.ts';
import type { RectoApp } from '../recto-app.ts';
import { changeBook, deletionTag, readChapter } from '../store/change-book.ts';

/**
 * Takes a chapter out of its book. Its texts stay in their tombstones.
 * @returns `undo` puts all of it back in the same place, also after other edits of the book
 * @throws RectoError not_found, storage_full, storage_failed
 */
export async function deleteChapter(app: RectoApp, bookId: string, chapterId: string): Promise<{ undo(): Promise<void> }> {
  const library = await coreOf(app).library();
  await library.drafts.flush();
  const { book, chapter } = await readChapter(library, bookId, chapterId);
  const place = placeOf(book.data, chapterId);
  const ids = await library.idsOfConversations([chapterId]);
  const tag = deletionTag(chapterId);
  await changeBook(library, bookId, (data) => removeChapter(data, chapterId));
  await library.blobs.tombstone(ids, tag);
  return {
    async undo() {
      await library.blobs.restore(ids, tag);
      await changeBook(library, bookId, (data) => putChapterBack(data, chapter, place));
    },
  };
}
