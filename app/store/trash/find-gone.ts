import { isEmptied } from '#processors/contract/emptied.ts';
import { BLOB_VALIDATORS } from '#schemas/generated/blob-catalogue.ts';
import type { BlobStore } from '../blob-store.ts';
import { BROUGHT, goneAt } from './read-trash.ts';

/** Ids of what was deleted so long ago that it is gone for good, and has its words still. */
export async function findGone(blobs: Pick<BlobStore, 'scan'>, now: number): Promise<string[]> {
  const ids: string[] = [];
  for (const schemaId of Object.keys(BLOB_VALIDATORS)) {
    for await (const page of blobs.scan(schemaId, 'deleted')) {
      for (const blob of page) if (!isEmptied(blob) && !blob.tags.includes(BROUGHT) && goneAt(blob) <= now) ids.push(blob.id);
    }
  }
  return ids;
}
