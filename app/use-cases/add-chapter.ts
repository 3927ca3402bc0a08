import { coreOf } from '../app-core.ts';
import { insertChapter } from '../domain/chapter-list.ts';
import type { RectoApp } from '../recto-app.ts';
import { changeBook, newDraftBlob, readBook } from '../store/change-book.ts';

/**
 * A new, empty chapter after the one named, or at the end.
 * @returns its id
 * @throws RectoError not_found, storage_full, storage_failed
 */
export async function addChapter(app: RectoApp, bookId: string, options: { title?: string; afterId?: string } = {}): Promise<string> {
  const library = await coreOf(app).library();
  const { data } = await readBook(library, bookId);
  const title = options.title?.trim() || `Chapter ${data.chapters.length + 1}`;
  const chapter = { id: app.platform.newId(), title, draft_blob_id: app.platform.newId(), edition: 'draft' as const };
  // The draft first: a crash between the two leaves an empty text that nothing shows, not a chapter without one.
  await library.blobs.insert([newDraftBlob(library, bookId, chapter, '')]);
  await changeBook(library, bookId, (book) => insertChapter(book, chapter, options.afterId));
  return chapter.id;
}
