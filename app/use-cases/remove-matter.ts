import { coreOf } from '../app-core.ts';
import { insertItem, removeItem } from '../domain/book-items.ts';
import type { RectoApp } from '../recto-app.ts';
import { changeBook, readBook } from '../store/change-book.ts';

/**
 * Takes a piece of front or back matter out of the book.
 * @returns `undo` puts it back where it stood
 * @throws RectoError not_found, storage_full, storage_failed
 */
export async function removeMatter(app: RectoApp, bookId: string, matterId: string): Promise<{ undo(): Promise<void> }> {
  const library = await coreOf(app).library();
  const matter = (await readBook(library, bookId)).data.matter ?? [];
  const at = matter.findIndex(({ id }) => id === matterId);
  const item = matter[at];
  await changeBook(library, bookId, (book) => ({ ...book, matter: removeItem(book.matter, matterId) }));
  return {
    undo: async () => {
      if (item) await changeBook(library, bookId, (book) => ({ ...book, matter: insertItem(book.matter, item, matter[at - 1]?.id ?? null) }));
    },
  };
}
