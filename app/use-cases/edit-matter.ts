import type { MatterItem } from '#schemas/generated/types.ts';
import { coreOf } from '../app-core.ts';
import { changeItem } from '../domain/book-items.ts';
import type { RectoApp } from '../recto-app.ts';
import { changeBook } from '../store/change-book.ts';

/**
 * Changes a piece of front or back matter: its text, its title, whether compiles take it.
 * @throws RectoError not_found, schema_violation, storage_full, storage_failed
 */
export async function editMatter(app: RectoApp, bookId: string, matterId: string, patch: Partial<Pick<MatterItem, 'title' | 'text' | 'included'>>): Promise<void> {
  await changeBook(await coreOf(app).library(), bookId, (book) => ({ ...book, matter: changeItem<MatterItem>(book.matter, matterId, patch) }));
}
