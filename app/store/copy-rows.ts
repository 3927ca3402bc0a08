import { mergeBlob } from '../domain/merge-blob.ts';
import type { BlobRow } from '../sync/meta-storage.ts';
import { toBlob } from './blob-store.ts';
import type { Library } from './library.ts';
import { toStorageError } from './storage-error.ts';

/** Copies blobs of another library into this one, as its user's; where it has one of the same id, both sides stay. @throws RectoError storage_full, storage_failed */
export async function copyRows(rows: readonly BlobRow[], { database, blobs, userId }: Pick<Library, 'database' | 'blobs' | 'userId'>): Promise<void> {
  if (rows.length === 0) return;
  const copies = rows.map(({ _meta, _rev, _attachments, _deleted, ...blob }) => Object.assign(blob, { user_id: userId }));
  const { error } = await database.blobs.bulkInsert(copies as never);
  for (const { status, documentId } of error) {
    if (status !== 409) throw toStorageError(error);
    // It came along before, and was changed there since.
    const other = toBlob(rows.find((row) => row.id === documentId)!);
    await blobs.change(documentId, (own) => {
      const merged = mergeBlob(null, { ...other, user_id: userId }, own).blob;
      return merged === own ? null : merged;
    });
  }
}
