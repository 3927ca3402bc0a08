import type { MirrorRow } from '#schemas/ipc.ts';
import { checksumOfPlace, checksumOfRow, type Place } from './layout.ts';
import { readRawCells, type SqlValue } from './sqlite-pages.ts';

export interface FoundKey {
  place: Place;
  id: string;
  lwt: number;
}

type StoreCandidates = Map<number, Place[]>;

/**
 * Finds every row of a damaged library that is whole: it carries a checksum over its place and its columns, so
 * that nothing else passes. Older states of a row come too; the latest is the one to keep.
 * @param known places of the newest backup, for a file whose own list of stores is lost
 * @param onRow gets each row that is whole
 * @returns keys that the file names (in an index, or in a row whose text is broken), unverified
 */
export function salvageRows(path: string, options: { from: 'both' | 'wal'; known: readonly Place[]; onRow(place: Place, row: MirrorRow): void }): FoundKey[] {
  // Stores are few and may lie only in the file, also where rows are looked for in the WAL alone.
  const stores = findStores(path);
  const everywhere = unique([...[...stores.values()].flat(), ...options.known]);
  const keys: FoundKey[] = [];
  for (const cell of readRawCells(path, options.from)) {
    let broken: FoundKey | null = null;
    for (const values of cell.readings()) {
      const key = cell.tree === 'index' ? keyOfIndex(values, stores) : null;
      if (key) keys.push(key);
      if (cell.tree === 'index') break;
      const found = readDocument(values);
      if (!found) continue;
      const place = [...(stores.get(found.store) ?? []), ...everywhere].find((place) => checksumOfRow(checksumOfPlace(place), found.row) === found.checksum);
      if (place) {
        options.onRow(place, found.row);
        broken = null;
        break;
      }
      const [likely] = stores.get(found.store) ?? [];
      if (likely) broken = { place: likely, id: found.row.id, lwt: found.row.lwt };
    }
    if (broken) keys.push(broken);
  }
  return keys;
}

/** The same place twice in a file, in the table of stores and in its index, is one. */
function findStores(path: string): StoreCandidates {
  const stores: StoreCandidates = new Map();
  for (const cell of readRawCells(path)) {
    for (const values of cell.readings()) {
      const found = cell.tree === 'index' ? storeOfIndex(values) : storeOfTable(values);
      if (found) stores.set(found.store, unique([...(stores.get(found.store) ?? []), found.place]));
    }
  }
  return stores;
}

function unique(places: readonly Place[]): Place[] {
  return [...new Map(places.map((place) => [checksumOfPlace(place), place])).values()];
}

/** Of the index that holds a store's three columns and its number. */
function storeOfIndex(values: readonly SqlValue[]): { store: number; place: Place } | null {
  const [database, collection, schemaVersion, store] = values;
  if (values.length !== 4 || typeof database !== 'string' || typeof collection !== 'string' || typeof schemaVersion !== 'number' || typeof store !== 'number') return null;
  return { store, place: { database, collection, schemaVersion } };
}

/** Of the table stores: its number, its place, from_backup_of. */
function storeOfTable(values: readonly SqlValue[]): { store: number; place: Place } | null {
  const [store, database, collection, schemaVersion, fromBackupOf] = values;
  return values.length === 5 && (fromBackupOf === null || typeof fromBackupOf === 'string') ? storeOfIndex([database!, collection!, schemaVersion!, store!]) : null;
}

/** Of documents_by_order: store, lwt, id, rev, rowid. */
function keyOfIndex(values: readonly SqlValue[], stores: StoreCandidates): FoundKey | null {
  const [store, lwt, id, rev] = values;
  if (values.length !== 5 || typeof store !== 'number' || typeof lwt !== 'number' || typeof id !== 'string' || typeof rev !== 'string') return null;
  const [place] = stores.get(store) ?? [];
  return place ? { place, id, lwt } : null;
}

/** Of the table documents: its columns in their order. */
function readDocument(values: readonly SqlValue[]): { store: number; row: MirrorRow; checksum: number } | null {
  const [store, id, lwt, rev, deleted, checksum, body] = values;
  if (values.length !== 7 || typeof store !== 'number' || typeof checksum !== 'number' || (deleted !== 0 && deleted !== 1)) return null;
  if (typeof id !== 'string' || typeof lwt !== 'number' || typeof rev !== 'string' || typeof body !== 'string') return null;
  return { store, row: { id, lwt, rev, deleted: deleted === 1, body }, checksum };
}
