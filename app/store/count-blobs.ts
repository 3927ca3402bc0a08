import { normalizeMangoQuery, prepareQuery, type RxCollection, type RxDocumentData } from 'rxdb';
import { BLOB_INDEXES, type StoredBlob } from './collections.ts';

/**
 * How many blobs there are, those that were deleted among them, without reading one. RxDB's own count takes the first index that
 * fits, and IndexedDB leaves every blob without a parent out of that.
 */
export async function countBlobs({ storageInstance: storage }: RxCollection<StoredBlob>): Promise<number> {
  const counts = await Promise.all([true, false].map(async (deleted) => {
    const query = normalizeMangoQuery<RxDocumentData<StoredBlob>>(storage.schema, { selector: { _deleted: { $eq: deleted } }, index: ['_deleted', ...BLOB_INDEXES.schema_id] });
    return (await storage.count(prepareQuery<StoredBlob>(storage.schema, query))).count;
  }));
  return counts.reduce((sum, count) => sum + count, 0);
}
