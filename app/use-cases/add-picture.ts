import { addressOfPicture } from '#processors/contract/pictures.ts';
import { coreOf } from '../app-core.ts';
import type { RectoApp } from '../recto-app.ts';
import { readBook } from '../store/change-book.ts';
import { newPictureBlob, type PictureFile } from '../store/picture-blobs.ts';

/**
 * Takes a picture into a book. No text shows it yet: Markdown does, by its address, and the cover by its id.
 * @returns `address`: as in `![alternative text](address)`
 * @throws RectoError not_found (the book), import_unsupported, too_large, storage_full, storage_failed
 */
export async function addPicture(app: RectoApp, bookId: string, file: PictureFile): Promise<{ id: string; address: string }> {
  const library = await coreOf(app).library();
  await readBook(library, bookId);
  const id = app.platform.newId();
  await library.blobs.insert([newPictureBlob(library, bookId, id, file)]);
  return { id, address: addressOfPicture(id) };
}
