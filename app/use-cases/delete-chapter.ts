import { coreOf } from '../app-core.ts';
import { placeOf, removeChapter } from '../domain/chapter-list.ts';
import type { RectoApp } from '../recto-app.ts';
import { changeBook, deletionTag, readChapter } from '../store/change-book.ts';
import { withPlace } from '../store/trash/chapter-place.ts';
import { withTrash } from '../store/trash/with-trash.ts';
import { restoreChapter } from '../store/trash/restore-chapter.ts';

/**
 * Moves a chapter to the trash: its texts stay in their tombstones, and the draft's knows where it stood.
 * @returns `undo` puts all of it back in the same place, also after other edits of the book
 * @throws RectoError not_found, storage_full, storage_failed
 */
export async function deleteChapter(app: RectoApp, bookId: string, chapterId: string): Promise<{ undo(): Promise<void> }> {
  const library = await coreOf(app).library();
  await library.drafts.flush();
  const { book, chapter } = await readChapter(library, bookId, chapterId);
  const place = placeOf(await withTrash(library.blobs, book), chapterId);
  const draft = await library.blobs.get(chapter.draft_blob_id);
  if (draft) await library.history.keep(draft, { reason: 'delete' });
  const ids = await library.idsOfConversations([chapterId]);
  const tag = deletionTag(chapterId);
  await changeBook(library, bookId, (data) => removeChapter(data, chapterId));
  await library.blobs.changeMany(ids, (blob) =>
    blob.deleted ? null : { ...blob, deleted: true, tags: [...blob.tags, tag], data: blob.id === chapter.draft_blob_id ? withPlace(blob.data, chapter, place) : blob.data },
  );
  return {
    undo: () => restoreChapter(library, bookId, chapter, place),
  };
}
