import type { LibrarySource } from '#processors/contract/library-source.ts';
import type { Blob } from '#schemas/blob.ts';
import { scanRows } from '../sync/meta-storage.ts';
import { toBlob } from './blob-store.ts';
import { countBlobs } from './count-blobs.ts';
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
      return await countBlobs(library.database.blobs).catch((thrown: unknown) => {
        throw toStorageError(thrown);
      });
    },
    async *pages() {
      try {
        for await (const rows of scanRows(storage, undefined, PAGE_ROWS)) yield rows.map((row): Blob => toBlob(row));
      } catch (thrown) {
        throw toStorageError(thrown);
      }
    },
    get: (_library, id) => library.blobs.get(id, { deleted: true }),
  };
}
