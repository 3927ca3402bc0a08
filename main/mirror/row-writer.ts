import type { Database } from 'better-sqlite3';
import type { MirrorRow } from '#schemas/ipc.ts';
import { checksumOfPlace, checksumOfRow, type Place } from './layout.ts';
import { createStatements } from './library-statements.ts';

export interface RowWriter {
  add(place: Place, row: MirrorRow): void;
  finish(): void;
}

const BATCH = 500;

/**
 * Writes rows of any stores, in batches. A row that is there in this or a later state is left.
 * @param newStores whether a store that the library does not have is made; else its rows are left out
 */
export function createRowWriter(database: Database, { newStores }: { newStores: boolean }): RowWriter {
  const { findStore, addStore, writeRows } = createStatements(database);
  const waiting = new Map<number, { store: number; rows: { row: MirrorRow; checksum: number }[] }>();
  const storeOf = (place: Place): number | null => {
    const found = findStore.get(place.database, place.collection, place.schemaVersion);
    return found?.id ?? (newStores ? addStore(place) : null);
  };
  const flush = ({ store, rows }: { store: number; rows: { row: MirrorRow; checksum: number }[] }): void => {
    writeRows(store, rows.splice(0));
  };
  return {
    add(place, row) {
      const ofPlace = checksumOfPlace(place);
      let batch = waiting.get(ofPlace);
      if (!batch) {
        const store = storeOf(place);
        if (store === null) return;
        batch = { store, rows: [] };
        waiting.set(ofPlace, batch);
      }
      batch.rows.push({ row, checksum: checksumOfRow(ofPlace, row) });
      if (batch.rows.length >= BATCH) flush(batch);
    },
    finish() {
      for (const batch of waiting.values()) if (batch.rows.length > 0) flush(batch);
    },
  };
}
