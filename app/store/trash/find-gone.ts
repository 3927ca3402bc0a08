import { isEmptied } from '#processors/contract/emptied.ts';
import { isBlobOf, type Blob } from '#schemas/blob.ts';
import { BLOB_VALIDATORS } from '#schemas/generated/blob-catalogue.ts';
import type { BlobStore } from '../blob-store.ts';
import { isDraft, placeInBook } from './chapter-place.ts';
import { BROUGHT, goneAt, TRASH_MS } from './read-trash.ts';

/** Pictures that are read at a time. */
const FEW = 5;

/**
 * Ids of what was deleted so long ago that it is gone for good, and has its words still: by the time of its deletion,
 * which may be another device's idea of it, and by the time since it has been so on this one. Never what something else needs
 * that stays: the draft of a chapter that is in a book, the book of a chapter in the trash, the keyframe of a version.
 * @param now milliseconds since the epoch
 */
export async function findGone(blobs: Pick<BlobStore, 'scan' | 'writtenHere'>, now: number): Promise<string[]> {
  const needed = new Set<string>();
  for (const schemaId of ['book-v1', 'snapshot-v1']) {
    for await (const page of blobs.scan(schemaId, 'living')) for (const blob of page) for (const id of needsOf(blob)) needed.add(id);
  }
  const ids: string[] = [];
  for (const schemaId of Object.keys(BLOB_VALIDATORS)) {
    for await (const page of blobs.scan(schemaId, 'deleted', schemaId === 'image-v1' ? { rows: FEW } : {})) {
      const due = page.filter((blob) => !isEmptied(blob) && !blob.tags.includes(BROUGHT) && goneAt(blob) <= now);
      const here = due.length === 0 ? null : await blobs.writtenHere(due.map(({ id }) => id));
      const gone = new Set(due.filter(({ id }) => (here?.get(id) ?? now) + TRASH_MS <= now).map(({ id }) => id));
      ids.push(...gone);
      for (const blob of page) if (!gone.has(blob.id) && !isEmptied(blob)) for (const id of needsOf(blob)) needed.add(id);
    }
  }
  return ids.filter((id) => !needed.has(id));
}

/** What has to be there, so that this can be read or brought back. */
function needsOf(blob: Blob): string[] {
  if (isBlobOf(blob, 'book-v1')) return blob.deleted ? [] : blob.data.chapters.map((chapter) => chapter.draft_blob_id);
  if (isBlobOf(blob, 'snapshot-v1')) return blob.data.packed?.keyframe === undefined ? [] : [blob.data.packed.keyframe];
  return isDraft(blob) ? [placeInBook(blob).bookId] : [];
}
