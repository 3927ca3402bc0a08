import { getChangedDocumentsSince, normalizeMangoQuery, prepareQuery, type RxDocumentData } from 'rxdb';
import type { LibrarySource } from '#processors/contract/library-source.ts';
import type { Blob } from '#schemas/blob.ts';
import { toBlob } from './blob-store.ts';
import { BLOB_INDEXES, type StoredBlob } from './collections.ts';
import type { Library } from './library.ts';
import { toStorageError } from './storage-error.ts';

const PAGE_ROWS = 100;

/** An open library, to be written out: every blob as it is when its turn comes, the longest unchanged first. */
export function createLibrarySource(library: Library): LibrarySource {
  const storage = library.database.blobs.storageInstance;
  return {
    libraries: [library.database.name],
    damagedRows: 0,
    async count() {
      const counts = await Promise.all([true, false].map(async (deleted) => {
        const query = normalizeMangoQuery<RxDocumentData<StoredBlob>>(storage.schema, { selector: { _deleted: { $eq: deleted } }, index: ['_deleted', ...BLOB_INDEXES.schema_id] });
        return (await storage.count(prepareQuery<StoredBlob>(storage.schema, query))).count;
      })).catch((thrown: unknown) => {
        throw toStorageError(thrown);
      });
      return counts.reduce((sum, count) => sum + count, 0);
    },
    async *pages() {
      for (let place: unknown; ; ) {
        const page = await getChangedDocumentsSince(storage, PAGE_ROWS, place as never).catch((thrown: unknown) => {
          throw toStorageError(thrown);
        });
        if (page.documents.length === 0) return;
        place = page.checkpoint;
        yield page.documents.map((row): Blob => toBlob(row));
      }
    },
    get: (_library, id) => library.blobs.get(id, { deleted: true }),
  };
}
