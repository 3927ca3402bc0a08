import { coreOf } from '../app-core.ts';
import { insertItem, removeItem } from '../domain/book-items.ts';
import type { RectoApp } from '../recto-app.ts';
import { changeBook, readBook } from '../store/change-book.ts';

/**
 * Takes one of the book's ways to compile it out of the book.
 * @returns `undo` puts it back where it stood
 * @throws RectoError not_found, storage_full, storage_failed
 */
export async function removePreset(app: RectoApp, bookId: string, presetId: string): Promise<{ undo(): Promise<void> }> {
  const library = await coreOf(app).library();
  const presets = (await readBook(library, bookId)).data.presets ?? [];
  const at = presets.findIndex(({ id }) => id === presetId);
  const preset = presets[at];
  await changeBook(library, bookId, (book) => ({ ...book, presets: removeItem(book.presets, presetId) }));
  return {
    undo: async () => {
      if (preset) await changeBook(library, bookId, (book) => ({ ...book, presets: insertItem(book.presets, preset, presets[at - 1]?.id ?? null) }));
    },
  };
}
