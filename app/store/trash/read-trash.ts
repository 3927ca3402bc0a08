/** The trash: tombstones of books and of chapters' drafts, with their words still in them. */
import { countWords } from '#processors/contract/count-words.ts';
import { isEmptied } from '#processors/contract/emptied.ts';
import { isBlobOf, type Blob } from '#schemas/blob.ts';
import type { TrashItem } from '../../recto-app.ts';
import type { BlobStore } from '../blob-store.ts';
import { deletionTag, type BookBlob } from '../change-book.ts';
import { isDraft, placeInBook } from './chapter-place.ts';

/** So long can what was deleted come back. */
export const TRASH_MS = 90 * 24 * 3_600_000;

/** On what was brought along to an account, in the local library, where it is a tombstone from then on and keeps its text. */
export const BROUGHT = 'brought-along';

/** When what was deleted by this write is gone for good: milliseconds since the epoch. */
export function goneAt(blob: Pick<Blob, 'updated_at'>): number {
  return Date.parse(blob.updated_at) + TRASH_MS;
}

/** In no order. It reads what was deleted, and no living text but the books'. */
export async function readTrash(blobs: BlobStore): Promise<TrashItem[]> {
  const books = (await blobs.find('schema_id', 'book-v1', { deleted: true })).filter((blob): blob is BookBlob => isBlobOf(blob, 'book-v1') && !isEmptied(blob));
  const drafts = await readDeletedDrafts(blobs);
  return [...books.flatMap((book) => toBookItem(book, drafts) ?? []), ...drafts.flatMap((draft) => toChapterItem(draft, books) ?? [])];
}

/** Every draft that is a tombstone with its words. */
export async function readDeletedDrafts(blobs: BlobStore): Promise<Blob[]> {
  const found = await Promise.all((['text-input-v2', 'text-input-v1'] as const).map((schemaId) => blobs.find('schema_id', schemaId, { deleted: 'only' })));
  return found.flat().filter((blob) => isDraft(blob) && !isEmptied(blob));
}

function toBookItem(book: BookBlob, drafts: readonly Blob[]): TrashItem | null {
  const tag = deletionTag(book.id);
  if (!book.deleted || !book.tags.includes(tag)) return null;
  const chapters = new Set(book.data.chapters.map((chapter) => chapter.draft_blob_id));
  const words = drafts.filter((draft) => chapters.has(draft.id) && draft.tags.includes(tag)).reduce((sum, draft) => sum + wordsOf(draft), 0);
  return { id: book.id, kind: 'book', title: book.data.title, bookId: book.id, bookTitle: book.data.title, words, ...timesOf(book) };
}

function toChapterItem(draft: Blob, books: readonly BookBlob[]): TrashItem | null {
  const chapterId = draft.conversation_id;
  if (chapterId === undefined || !draft.tags.includes(deletionTag(chapterId))) return null;
  const { bookId, title } = placeInBook(draft);
  const book = books.find(({ id }) => id === bookId);
  return { id: chapterId, kind: 'chapter', title, bookId, bookTitle: book?.data.title ?? '', words: wordsOf(draft), ...timesOf(draft) };
}

function timesOf(blob: Blob): Pick<TrashItem, 'deletedAt' | 'goneAt'> {
  return { deletedAt: blob.updated_at, goneAt: new Date(goneAt(blob)).toISOString() };
}

function wordsOf(draft: Blob): number {
  return isDraft(draft) ? countWords(draft.data.content) : 0;
}
