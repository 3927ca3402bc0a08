import { withoutEmptied } from '#processors/contract/emptied.ts';
import { findDataErrors, isBlobOf, USER_INPUT, type Blob } from '#schemas/blob.ts';
import { RectoError } from '#schemas/errors.ts';
import type { BookV1, Chapter, TextInputV2 } from '#schemas/generated/types.ts';
import type { NewBlob } from './blob-store.ts';
import type { Library } from './library.ts';

export type BookBlob = Blob & Blob<'book-v1'>;

/** @throws RectoError not_found */
export async function readBook(library: Pick<Library, 'blobs'>, bookId: string): Promise<BookBlob> {
  const book = await library.blobs.get(bookId);
  if (!book || !isBlobOf(book, 'book-v1')) throw new RectoError('not_found', 'This book is no longer in the library. Undo its deletion to go on with it.');
  return book;
}

/** @throws RectoError not_found */
export async function readChapter(library: Pick<Library, 'blobs'>, bookId: string, chapterId: string): Promise<{ book: BookBlob; chapter: Chapter }> {
  const book = await readBook(library, bookId);
  const chapter = book.data.chapters.find(({ id }) => id === chapterId);
  if (!chapter) throw new RectoError('not_found', 'This chapter is no longer in the book. Undo its deletion to go on with it.');
  return { book, chapter };
}

/**
 * A book that can be stored and sent.
 * @throws RectoError schema_violation, for a title of more than 1,000 characters and the like
 */
function checkBook(book: BookV1): BookV1 {
  const errors = findDataErrors('book-v1', book);
  const [first] = errors;
  if (first) throw new RectoError('schema_violation', `This can’t be kept in a book: ${first.path} ${first.message}. Nothing was changed.`, { errors });
  return book;
}

/** @throws RectoError not_found, schema_violation */
export async function changeBook(library: Library, bookId: string, change: (book: BookV1) => BookV1): Promise<void> {
  await library.blobs.change(bookId, (blob) => {
    if (blob.deleted || !isBlobOf(blob, 'book-v1')) throw new RectoError('not_found', 'This book is no longer in the library. Undo its deletion to go on with it.');
    const data = change(blob.data);
    return data === blob.data ? null : { ...blob, data: { ...checkBook(data) } };
  });
}

/** @throws RectoError schema_violation */
export function newBookBlob(library: Library, id: string, data: BookV1): NewBlob {
  return { id, user_id: library.userId, processor_id: USER_INPUT, schema_id: 'book-v1', data: { ...checkBook(data) } };
}

export function newDraftBlob(library: Library, bookId: string, chapter: Chapter, content: string): NewBlob {
  const data: TextInputV2 = { content, metadata: { type: 'chapter', book_id: bookId } };
  return { id: chapter.draft_blob_id, user_id: library.userId, processor_id: USER_INPUT, schema_id: 'text-input-v2', data, conversation_id: chapter.id };
}

/** Marks what one deletion took along, so that undoing it brings back that and nothing else. */
export function deletionTag(id: string): string {
  return `deleted-with:${id}`;
}

/** The tags of something that is no longer deleted. */
export function withoutDeletionTags(tags: readonly string[]): string[] {
  return withoutEmptied(tags).filter((tag) => !tag.startsWith(deletionTag('')));
}
