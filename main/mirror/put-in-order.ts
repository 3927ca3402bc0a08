/** At start: is the library's file whole, and if not, what is the best that can be had? */
import { statSync } from 'node:fs';
import type { Notice } from '#schemas/ipc.ts';
import { checkLibrary, readPlaces } from './check-library.ts';
import { connect, refuseNewer } from './library-connection.ts';
import { toMirrorError } from './mirror-error.ts';
import { createRowWriter } from './row-writer.ts';
import { finishRebuilding, rebuildLibrary } from './rebuild-library.ts';
import { findPlace, isWorthSalvaging, readRowsOfWal, type RawRow } from './salvage-rows.ts';

export interface PutInOrderOptions {
  backupFolder: string;
  now: Date;
  /** The file was found damaged already. */
  distrusted: boolean;
  /** Reading the rows of more than this takes longer than a start should; it is done afterwards. */
  largeBytes?: number;
}

const LARGE_BYTES = 32 * 1024 * 1024;

/**
 * Makes sure that there is a whole library at the path, or none where there never was one. A damaged file is never
 * written to: it is set aside.
 * @throws RectoError storage_newer, storage_full, storage_locked, storage_failed: nothing was changed
 */
export function putLibraryInOrder(path: string, options: PutInOrderOptions): { notices: Notice[]; rowsUnchecked: boolean } {
  try {
    finishRebuilding(path, options.now);
    const file = statSync(path, { throwIfNoEntry: false });
    const isOther = file?.isFile() === false;
    if (!isOther) refuseNewer(path);
    const hasWal = (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
    // Before SQLite sees it: it drops a WAL from its first wrong byte on.
    const inWal = hasWal && !isOther ? readRowsOfWal(path) : [];
    const isLarge = (file?.size ?? 0) > (options.largeBytes ?? LARGE_BYTES);
    const state = options.distrusted || isOther ? 'damaged' : checkLibrary(path, { rows: !isLarge });
    if (state === 'good') {
      if (inWal.length > 0) bringBack(path, inWal);
      return { notices: [], rowsUnchecked: isLarge };
    }
    // A first start that was killed leaves an empty file.
    const isNew = state === 'absent' && !hasWal;
    const notice = rebuildLibrary(path, { ...options, isNew, inWal });
    return { notices: notice ? [notice] : [], rowsUnchecked: false };
  } catch (thrown) {
    throw toMirrorError(thrown, path);
  }
}

/** Rows that SQLite did not take from the WAL; those that it took are left as they are. */
function bringBack(path: string, rows: readonly RawRow[]): void {
  const database = connect(path);
  try {
    const places = readPlaces(database);
    const writer = createRowWriter(database, { newStores: false });
    for (const raw of rows) {
      const stated = places.get(raw.store);
      const place = findPlace(raw, stated ? [stated] : []);
      if (place && isWorthSalvaging(place)) writer.add(place, raw.row);
    }
    writer.finish();
  } finally {
    database.close();
  }
}
