import { coreOf } from '../app-core.ts';
import type { RectoApp } from '../recto-app.ts';
import type { BlobStore } from '../store/blob-store.ts';
import { copyRows } from '../store/copy-rows.ts';
import type { Library } from '../store/library.ts';
import { BROUGHT } from '../store/trash/read-trash.ts';
import { scanRows, type BlobRow } from '../sync/meta-storage.ts';

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

/** Only where it is still what was copied: what was written since is copied in the next round. */
async function retire(source: BlobStore, rows: readonly BlobRow[]): Promise<void> {
  const copied = new Map(rows.map((row) => [row.id, row.version]));
  await source.changeMany([...copied.keys()], (blob) =>
    blob.deleted || blob.version !== copied.get(blob.id) ? null : { ...blob, deleted: true, tags: [...blob.tags, BROUGHT] },
  );
}
