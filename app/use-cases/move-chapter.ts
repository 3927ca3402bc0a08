import { coreOf } from '../app-core.ts';
import { moveChapter as moveInList } from '../domain/chapter-list.ts';
import type { RectoApp } from '../recto-app.ts';
import { changeBook } from '../store/change-book.ts';

/**
 * @param toIndex the chapter's place in the list as it is afterwards
 * @throws RectoError not_found, storage_full, storage_failed
 */
export async function moveChapter(app: RectoApp, bookId: string, chapterId: string, toIndex: number): Promise<void> {
  await changeBook(await coreOf(app).library(), bookId, (book) => moveInList(book, chapterId, toIndex));
}
