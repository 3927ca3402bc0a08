import { isEmptied } from '#processors/contract/emptied.ts';
import type { Blob } from '#schemas/blob.ts';
import { mergeBlob } from '../domain/merge-blob.ts';
import type { BlobRow } from '../sync/meta-storage.ts';
import { toBlob } from './blob-store.ts';
import type { Library } from './library.ts';
import { toStorageError } from './storage-error.ts';
import { BROUGHT } from './trash/read-trash.ts';

type To = Pick<Library, 'database' | 'blobs' | 'userId'>;

/** Copies blobs of another library into this one, as its user's; where it has one of the same id, both sides stay. @throws RectoError storage_full, storage_failed */
export async function copyRows(rows: readonly BlobRow[], to: To): Promise<void> {
  if (rows.length === 0) return;
  const copies = rows.map(({ _meta, _rev, _attachments, _deleted, ...blob }) => Object.assign(blob, { user_id: to.userId }));
  const { error } = await to.database.blobs.bulkInsert(copies as never);
  for (const { status, documentId } of error) {
    if (status !== 409) throw toStorageError(error);
    // It came along before, and was changed there since.
    await mergeInto(to, toBlob(rows.find((row) => row.id === documentId)!));
  }
}

/** The same for what was deleted there and can still come back: it is in this one's trash from then on. @throws RectoError storage_full, storage_failed */
export async function copyTrash(rows: readonly BlobRow[], to: To): Promise<void> {
  for (const row of rows) {
    const blob = toBlob(row);
    if (isEmptied(blob) || blob.tags.includes(BROUGHT)) continue;
    if ((await to.blobs.insertOnce({ ...blob, user_id: to.userId })) === 'existed') await mergeInto(to, blob);
  }
}

async function mergeInto({ blobs, userId }: To, blob: Blob): Promise<void> {
  const other = { ...blob, user_id: userId };
  await blobs.change(blob.id, (own) => {
    // It had left this one for the library that it comes back from.
    const merged = own.deleted && own.tags.includes(BROUGHT) ? other : mergeBlob(null, other, own).blob;
    return merged === own ? null : merged;
  });
}
