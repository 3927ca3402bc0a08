import { getChangedDocumentsSince } from 'rxdb';
import type { LibrarySource } from '#processors/contract/library-source.ts';
import type { Blob } from '#schemas/blob.ts';
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
