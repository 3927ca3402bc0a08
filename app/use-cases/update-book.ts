import { coreOf } from '../app-core.ts';
import type { RectoApp } from '../recto-app.ts';
import { changeBook } from '../store/change-book.ts';

export interface BookPatch {
  title?: string;
  subtitle?: string;
  author?: string;
  /** Who submits it, a line each. */
  contact?: string;
  /** BCP 47 */
  language?: string;
  /** What a provider should know of this book's voice. */
  styleNotes?: string;
  /** The id of a picture of the book; '': its cover is drawn. */
  coverImage?: string;
}

/** @throws RectoError not_found, storage_full, storage_failed */
export async function updateBook(app: RectoApp, bookId: string, patch: BookPatch): Promise<void> {
  const { styleNotes, coverImage, ...named } = patch;
  const changes = { ...named, ...(styleNotes !== undefined && { style_notes: styleNotes }), ...(coverImage !== undefined && { cover_image: coverImage }) };
  await changeBook(await coreOf(app).library(), bookId, (book) => ({ ...book, ...changes }));
}
