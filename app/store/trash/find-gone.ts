import { isEmptied } from '#processors/contract/emptied.ts';
import { isBlobOf } from '#schemas/blob.ts';
import { BLOB_VALIDATORS } from '#schemas/generated/blob-catalogue.ts';
import type { BlobStore } from '../blob-store.ts';
import { BROUGHT, goneAt } from './read-trash.ts';

/**
 * Ids of what was deleted so long ago that it is gone for good, and has its words still. The draft of a chapter that is
 * in a book is never one of them, however it came to be deleted.
 */
export async function findGone(blobs: Pick<BlobStore, 'scan'>, now: number): Promise<string[]> {
  const needed = new Set<string>();
  for await (const page of blobs.scan('book-v1', 'living')) {
    for (const book of page) if (isBlobOf(book, 'book-v1')) for (const chapter of book.data.chapters) needed.add(chapter.draft_blob_id);
  }
  const ids: string[] = [];
  for (const schemaId of Object.keys(BLOB_VALIDATORS)) {
    for await (const page of blobs.scan(schemaId, 'deleted')) {
      for (const blob of page) if (!isEmptied(blob) && !blob.tags.includes(BROUGHT) && !needed.has(blob.id) && goneAt(blob) <= now) ids.push(blob.id);
    }
  }
  return ids;
}
