import type { MirrorRow } from '#schemas/ipc.ts';
import { checksumOfPlace, checksumOfRow, type Place } from './layout.ts';
import { readRawCells, type SqlValue } from './sqlite-pages.ts';

export interface FoundKey {
  place: Place;
  id: string;
  lwt: number;
}

type StoreCandidates = Map<number, Place[]>;

/** A row as it was found, with the checksum that it should have. */
export interface RawRow {
  store: number;
  row: MirrorRow;
  checksum: number;
}

/**
 * What may be rows in a library's WAL, in the order of writing. Each is for its finder to check: `findPlace`.
 */
export function readRowsOfWal(path: string): RawRow[] {
  const rows: RawRow[] = [];
  for (const cell of readRawCells(path, 'wal')) {
    if (cell.tree === 'table') for (const values of cell.readings()) rows.push(...(readDocument(values) ?? []));
  }
  return rows;
}

/**
 * Sync's record of what the server has is not salvaged: where it were newer than the texts, what the server sent since
 * would never be asked for again. Without it, or with a backup's, sync asks for more than it needs.
 */
export function isWorthSalvaging({ collection }: Place): boolean {
  return !collection.startsWith('rx-replication-meta-');
}

/** Where the texts of a library with no account are, and what is set: known also where the file's list of stores and its index are both lost. */
const EVERY_LIBRARYS: readonly Place[] = [
  { database: 'recto-local', collection: 'blobs', schemaVersion: 0 },
  { database: 'recto-local', collection: 'settings', schemaVersion: 0 },
  { database: 'recto-device', collection: 'settings', schemaVersion: 0 },
];

/** The place with which a row's checksum is right; undefined: the row is not whole, or of none of these. */
export function findPlace({ row, checksum }: RawRow, places: readonly Place[]): Place | undefined {
  return places.find((place) => checksumOfRow(checksumOfPlace(place), row) === checksum);
}

export interface SalvageOptions {
  /** Places of the newest backup, for a file whose own list of stores is lost. */
  known: readonly Place[];
  /** Of readRowsOfWal, before SQLite had the WAL in hand. */
  inWal: readonly RawRow[];
  /** Gets each row that is whole. */
  onRow(place: Place, row: MirrorRow): void;
}

/**
 * Finds every row of a damaged library that is whole: it carries a checksum over its place and its columns, so
 * that nothing else passes. Older states of a row come too; the latest is the one to keep.
 * @returns keys that the file names (in an index, or in a row whose text is broken), unverified
 */
export function salvageRows(path: string, { known, inWal, onRow }: SalvageOptions): FoundKey[] {
  const stores = findStores(path);
  const everywhere = unique([...[...stores.values()].flat(), ...known, ...EVERY_LIBRARYS]);
  const keys: FoundKey[] = [];
  /** @returns whether it is whole */
  const take = (raw: RawRow): boolean => {
    const place = findPlace(raw, [...(stores.get(raw.store) ?? []), ...everywhere]);
    if (place) onRow(place, raw.row);
    return place !== undefined;
  };
  inWal.forEach(take);
  for (const cell of readRawCells(path)) {
    let broken: RawRow | undefined;
    for (const values of cell.readings()) {
      if (cell.tree === 'index') keys.push(...(keyOfIndex(values, stores) ?? []));
      const [raw] = cell.tree === 'table' ? readDocument(values) ?? [] : [];
      if (!raw) continue;
      const whole = take(raw);
      broken = whole ? undefined : raw;
      if (whole) break;
    }
    const [likely] = (broken && stores.get(broken.store)) ?? [];
    if (broken && likely) keys.push({ place: likely, id: broken.row.id, lwt: broken.row.lwt });
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
function keyOfIndex(values: readonly SqlValue[], stores: StoreCandidates): [FoundKey] | null {
  const [store, lwt, id, rev] = values;
  if (values.length !== 5 || typeof store !== 'number' || typeof lwt !== 'number' || typeof id !== 'string' || typeof rev !== 'string') return null;
  const [place] = stores.get(store) ?? [];
  return place ? [{ place, id, lwt }] : null;
}

/** Of the table documents: its columns in their order. */
function readDocument(values: readonly SqlValue[]): [RawRow] | null {
  const [store, id, lwt, rev, deleted, checksum, body] = values;
  if (values.length !== 7 || typeof store !== 'number' || typeof checksum !== 'number' || (deleted !== 0 && deleted !== 1)) return null;
  if (typeof id !== 'string' || typeof lwt !== 'number' || typeof rev !== 'string' || typeof body !== 'string') return null;
  return [{ store, row: { id, lwt, rev, deleted: deleted === 1, body }, checksum }];
}
