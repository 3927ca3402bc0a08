import type { BookV1 } from '#schemas/generated/types.ts';
import { putChapterBack } from '../../domain/chapter-list.ts';
import type { BlobStore } from '../blob-store.ts';
import { deletionTag, type BookBlob } from '../change-book.ts';
import { placeInBook } from './chapter-place.ts';
import { readDeletedDrafts } from './read-trash.ts';

/**
 * A book with the chapters that are in the trash in their places: whoever leaves it now has to know of those, too, so that
 * neighbours that come back one by one stand as they stood, in whatever order they come.
 */
export async function withTrash(blobs: BlobStore, { id, data }: BookBlob): Promise<BookV1> {
  const deleted = (await readDeletedDrafts(blobs)).filter((draft) => placeInBook(draft).bookId === id && draft.tags.includes(deletionTag(draft.conversation_id ?? '')));
  // The last that went was the first whose place was told by the list as it was then.
  const lastFirst = deleted.toSorted((a, b) => Date.parse(b.updated_at) - Date.parse(a.updated_at)).map((draft) => placeInBook(draft));
  return lastFirst.reduce((book, { chapter, place }) => putChapterBack(book, chapter, place), data);
}
