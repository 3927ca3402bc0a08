import { isBlobOf, type Blob } from '#schemas/blob.ts';
import { RectoError } from '#schemas/errors.ts';
import { createLibraryIndex, type LibraryIndex } from '#processors/library-export/library-index.ts';
import type { LibraryReader } from './library-reader.ts';

export interface FoundBook {
  library: string;
  book: Blob & Blob<'book-v1'>;
  index: LibraryIndex;
}

/**
 * @param wish an id or a title, in any case; undefined: the file's only book
 * @throws RectoError not_found (with the titles that there are), storage_damaged, file_unreadable
 */
export function findBook(reader: LibraryReader, wish: string | undefined): FoundBook {
  const found: FoundBook[] = [];
  for (const library of reader.libraries) {
    const index = createLibraryIndex();
    for (const blobs of reader.pages(library)) for (const blob of blobs) index.add(blob);
    for (const { id, deleted } of index.books()) {
      const book = deleted ? null : reader.get(library, id);
      if (book && isBlobOf(book, 'book-v1')) found.push({ library, book, index });
    }
  }
  const key = wish?.trim().toLowerCase();
  const matching = key === undefined ? found : found.filter(({ book }) => book.id === wish || book.data.title.trim().toLowerCase() === key);
  const [only] = matching;
  if (only && matching.length === 1) return only;
  const titles = (matching.length > 1 ? matching : found).map(({ book }) => `“${book.data.title}” (${book.id})`);
  if (titles.length === 0) throw new RectoError('not_found', 'There is no book in this file.');
  const why = matching.length > 1 ? `${matching.length} books ${wish === undefined ? 'are in this file' : `have the title “${wish}”`}; say which one` : `There is no book “${wish}” in this file`;
  throw new RectoError('not_found', `${why}. It has: ${titles.slice(0, 50).join(', ')}${titles.length > 50 ? ` and ${titles.length - 50} more` : ''}.`);
}
