import { mergeBlob } from '../domain/merge-blob.ts';
import { coreOf } from '../app-core.ts';
import type { RectoApp } from '../recto-app.ts';
import { toBlob, type BlobStore } from '../store/blob-store.ts';
import type { Library } from '../store/library.ts';
import { toStorageError } from '../store/storage-error.ts';
import { scanRows, type BlobRow } from '../sync/meta-storage.ts';

/** On what was brought along, in the local library, where it is a tombstone from then on and keeps its text. */
const BROUGHT = 'brought-along';

/**
 * Copies what was written without an account into the account's library. A blob leaves the local library only when
 * the account's has it; stopped at any point, the next call goes on where this one was.
 * @returns how many books came along
 * @throws RectoError storage_full, storage_failed
 */
export async function bringLocalBooks(app: RectoApp): Promise<{ books: number }> {
  const core = coreOf(app);
  const library = await core.library();
  if (!library.session) return { books: 0 };
  const local = await core.openLocalLibrary();
  try {
    return { books: await bringAll(local.blobs, library) };
  } finally {
    await local.close();
  }
}

async function bringAll(source: BlobStore, library: Library): Promise<number> {
  const books = new Set<string>();
  for (;;) {
    let found = 0;
    for await (const rows of scanRows(source.collection.storageInstance, undefined)) {
      const living = rows.filter((row) => !row._deleted);
      found += living.length;
      if (living.length === 0) continue;
      for (const row of living) if (row.schema_id === 'book-v1') books.add(row.id);
      await copyRows(living, library);
      await retire(source, living);
    }
    // Another window may have written to the local library meanwhile: until nothing is left there.
    if (found === 0) return books.size;
  }
}

async function copyRows(rows: readonly BlobRow[], { database, blobs, userId }: Library): Promise<void> {
  const copies = rows.map(({ _meta, _rev, _attachments, _deleted, ...blob }) => Object.assign(blob, { user_id: userId }));
  const { error } = await database.blobs.bulkInsert(copies as never);
  for (const { status, documentId } of error) {
    if (status !== 409) throw toStorageError(error);
    // It came along before, and was changed here since: both sides stay.
    const local = toBlob(rows.find((row) => row.id === documentId)!);
    await blobs.change(documentId, (theirs) => {
      const merged = mergeBlob(null, { ...local, user_id: userId }, theirs).blob;
      return merged === theirs ? null : merged;
    });
  }
}

/** Only where it is still what was copied: what was written since is copied in the next round. */
async function retire(source: BlobStore, rows: readonly BlobRow[]): Promise<void> {
  const copied = new Map(rows.map((row) => [row.id, row.version]));
  await source.changeMany([...copied.keys()], (blob) =>
    blob.deleted || blob.version !== copied.get(blob.id) ? null : { ...blob, deleted: true, tags: [...blob.tags, BROUGHT] },
  );
}
