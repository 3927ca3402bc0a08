import type { CompilePreset } from '#schemas/generated/types.ts';
import { coreOf } from '../app-core.ts';
import { putItem } from '../domain/book-items.ts';
import type { RectoApp } from '../recto-app.ts';
import { changeBook } from '../store/change-book.ts';

/** Without an id: a new one. */
export type PresetToSave = Pick<CompilePreset, 'name' | 'format' | 'edition' | 'chapter_ids' | 'layout'> & { id?: string };

/**
 * Keeps a way to compile the book: in the place of the one with its id, else as a new one.
 * @returns its id
 * @throws RectoError not_found, schema_violation, storage_full, storage_failed
 */
export async function savePreset(app: RectoApp, bookId: string, { id = app.platform.newId(), ...preset }: PresetToSave): Promise<string> {
  const name = preset.name.trim() || 'Untitled';
  await changeBook(await coreOf(app).library(), bookId, (book) => ({ ...book, presets: putItem(book.presets, { ...preset, id, name }) }));
  return id;
}
