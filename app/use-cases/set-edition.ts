import { coreOf } from '../app-core.ts';
import { changeChapter } from '../domain/chapter-list.ts';
import type { RectoApp } from '../recto-app.ts';
import { changeBook } from '../store/change-book.ts';

/**
 * Says which of a chapter's texts goes into the compiled book.
 * @throws RectoError not_found, storage_full, storage_failed
 */
export async function setEdition(app: RectoApp, bookId: string, chapterId: string, edition: 'draft' | 'expansion'): Promise<void> {
  await changeBook(await coreOf(app).library(), bookId, (book) => changeChapter(book, chapterId, { edition }));
}
