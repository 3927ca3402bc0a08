/** Keeps what a library has when an older state of it comes from the server. */
import type { BulkWriteRow, RxStorageInstance } from 'rxdb';
import type { StoredBlob } from '../store/collections.ts';

type BlobInstance = RxStorageInstance<StoredBlob, unknown, unknown>;

/** How RxDB marks the writes of what it pulled. */
const DOWNSTREAM = 'replication-downstream-';

/**
 * The same storage, on which RxDB's replication overwrites nothing by what came before it. A device's own changes come
 * back to it; when two follow each other closely, the first comes back after the second was stored, and RxDB
 * would show it for a moment: what is typed meanwhile would stand on a text that was long replaced. To RxDB the row
 * was written by someone else in between, which it leaves alone.
 */
export function refuseStale(instance: BlobInstance): BlobInstance {
  return Object.create(instance, {
    bulkWrite: {
      value: async (rows: BulkWriteRow<StoredBlob>[], context: string) => {
        const stale = context.startsWith(DOWNSTREAM) ? rows.filter(isStale) : [];
        const fresh = stale.length === 0 ? rows : rows.filter((row) => !stale.includes(row));
        const written = fresh.length === 0 ? { error: [] } : await instance.bulkWrite(fresh, context);
        const refused = stale.map((writeRow) => ({ isError: true, status: 409, documentId: writeRow.document.id, writeRow, documentInDb: writeRow.previous, context }));
        return { ...written, error: [...written.error, ...refused] };
      },
    },
  }) as BlobInstance;
}

/**
 * A blob's versions only rise, and so do its times, whatever the clocks say (see blob-store.ts). But where it was deleted and the server
 * has long forgotten that, what a device was away with may live on in an older version: an edit beats a delete.
 */
function isStale({ previous, document }: BulkWriteRow<StoredBlob>): boolean {
  return previous !== undefined && (!previous._deleted || document._deleted) && document.version < previous.version && Date.parse(document.updated_at) <= Date.parse(previous.updated_at);
}
