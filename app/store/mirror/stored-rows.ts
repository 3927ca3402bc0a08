/** RxDB's stored documents as rows of the mirror, and the order of their writing. */
import { RectoError } from '#schemas/errors.ts';
import type { Mark, MirrorRow } from '#schemas/ipc.ts';
import { getHeightOfRevision, type RxDocumentData, type RxStorageInstance } from 'rxdb';

export type StoredRow = RxDocumentData<Record<string, unknown>>;
export type StoreInstance = RxStorageInstance<Record<string, unknown>, unknown, unknown>;

/** The field that holds a row's id, which RxDB calls the primary path. */
export function idFieldOf(instance: Pick<StoreInstance, 'schema'>): string {
  const { primaryKey } = instance.schema;
  return typeof primaryKey === 'string' ? primaryKey : String(primaryKey.key);
}

export function markOf(row: StoredRow, idField: string): Mark {
  return { lwt: row._meta.lwt, id: String(row[idField]) };
}

/** Less than 0: `a` was written before `b`. Null stands before every row. */
export function compareMarks(a: Mark | null, b: Mark | null): number {
  if (!a || !b) return Number(a !== null) - Number(b !== null);
  if (a.lwt !== b.lwt) return a.lwt - b.lwt;
  if (a.id === b.id) return 0;
  return a.id < b.id ? -1 : 1;
}

export function toMirrorRow(row: StoredRow, idField: string): MirrorRow {
  return { ...markOf(row, idField), rev: row._rev, deleted: row._deleted, body: JSON.stringify(row) };
}

/** @throws RectoError storage_damaged */
export function fromMirrorRow({ id, body }: MirrorRow): StoredRow {
  try {
    const row = JSON.parse(body) as StoredRow;
    if (typeof row._meta.lwt === 'number' && typeof row._rev === 'string') return row;
  } catch (thrown) {
    throw new RectoError('storage_damaged', unreadable(id), { cause: thrown });
  }
  throw new RectoError('storage_damaged', unreadable(id));
}

function unreadable(id: string): string {
  return `A row of the library file can’t be read (${id}). Nothing was changed; restore it from a backup.`;
}

/**
 * Whether the later of two states can have been made without knowing the earlier one: each write of RxDB counts the
 * revision's height up, so what came later and is no higher did not come from it.
 */
export function haveDiverged(earlier: StoredRow, later: StoredRow): boolean {
  return earlier._rev !== later._rev && getHeightOfRevision(earlier._rev) >= getHeightOfRevision(later._rev);
}
