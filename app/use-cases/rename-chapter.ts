import { coreOf } from '../app-core.ts';
import { changeChapter } from '../domain/chapter-list.ts';
import type { RectoApp } from '../recto-app.ts';
import { changeBook } from '../store/change-book.ts';

/** @throws RectoError not_found, storage_full, storage_failed */
export async function renameChapter(app: RectoApp, bookId: string, chapterId: string, title: string): Promise<void> {
  await changeBook(await coreOf(app).library(), bookId, (book) => changeChapter(book, chapterId, { title: title.trim() }));
}
