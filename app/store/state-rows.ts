/** Rows of a collection of small values whose ids begin alike. */
import { normalizeMangoQuery, prepareQuery, type RxCollection, type RxDocumentData } from 'rxdb';
import type { StateRow } from './collections.ts';
import { toStorageError } from './storage-error.ts';

type Row = RxDocumentData<StateRow>;

/** @throws RectoError storage_full, storage_failed */
export async function readRowsOf({ storageInstance: storage }: RxCollection<StateRow>, prefix: string): Promise<Row[]> {
  // U+FFFF is no character, so nothing that begins so comes after it.
  const query = normalizeMangoQuery<Row>(storage.schema, { selector: { _deleted: { $eq: false }, id: { $gte: prefix, $lt: `${prefix}\uffff` } }, index: ['_deleted', 'id'] });
  try {
    return (await storage.query(prepareQuery<StateRow>(storage.schema, query))).documents;
  } catch (thrown) {
    throw toStorageError(thrown);
  }
}

/** A tombstone keeps what it held: so that is taken out of it first. @throws RectoError storage_full, storage_failed */
export async function dropRows({ storageInstance: storage }: RxCollection<StateRow>, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return;
  try {
    await storage.bulkWrite(rows.map((previous) => ({ previous, document: { ...previous, value: null, _deleted: true } })), 'recto');
  } catch (thrown) {
    throw toStorageError(thrown);
  }
}

/** @throws RectoError storage_full, storage_failed */
export async function putRow(collection: RxCollection<StateRow>, id: string, value: unknown): Promise<void> {
  try {
    await collection.incrementalUpsert({ id, value });
  } catch (thrown) {
    throw toStorageError(thrown);
  }
}
