import { coreOf } from '../app-core.ts';
import type { RectoApp } from '../recto-app.ts';
import { newBookBlob, newDraftBlob } from '../store/change-book.ts';

/**
 * A new book with one empty chapter.
 * @param options language: BCP 47
 * @throws RectoError storage_full, storage_failed
 */
export async function createBook(
  app: RectoApp,
  options: { title: string; author: string; language?: string },
): Promise<{ bookId: string; chapterId: string }> {
  const library = await coreOf(app).library();
  const bookId = app.platform.newId();
  const chapter = { id: app.platform.newId(), title: 'Chapter 1', draft_blob_id: app.platform.newId(), edition: 'draft' as const };
  const language = options.language ? { language: options.language } : {};
  const book = { title: options.title.trim(), author: options.author.trim(), ...language, chapters: [chapter] };
  await library.blobs.insert([newDraftBlob(library, bookId, chapter, ''), newBookBlob(library, bookId, book)]);
  return { bookId, chapterId: chapter.id };
}
