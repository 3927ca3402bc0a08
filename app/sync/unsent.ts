/** What the library has and the server is not assumed to have. */
import { wait } from '#processors/contract/timers.ts';
import { countBlobs } from '../store/count-blobs.ts';
import { isSameState } from './conflict-handler.ts';
import { scanRows, type BlobRow, type MetaStorage } from './meta-storage.ts';
import type { Pending } from './pending.ts';
import { touch } from './reconcile.ts';
import type { SetAside } from './set-aside.ts';
import type { BlobCollection } from './sync-types.ts';

interface Known {
  meta: MetaStorage;
  pending: Pending;
  setAside: SetAside;
}

/** More than this are no leftovers of merges. */
const CHECKED_PENDING = 100;

/** At a start: what changed since the last push. */
export async function countPending(collection: BlobCollection, { meta, pending, setAside }: Known): Promise<void> {
  const checkpoint = await meta.readCheckpoint('up');
  // Nothing was ever sent: no text need be read to know how many.
  if (checkpoint === null) return pending.addBase(await countBlobs(collection));
  for await (const rows of scanRows(collection.storageInstance, checkpoint)) {
    pending.add((await findUnsent(meta, rows)).filter((row) => !setAside.has(row)));
  }
}

/**
 * A merge that came out as what the server has is not sent, so that no verdict ends its waiting; and what waits may be
 * known by an older state than the one that was sent, where it was found in a library that was being written.
 */
export async function checkPending(collection: BlobCollection, { meta, pending }: Known): Promise<void> {
  const seen = pending.stamps();
  if (seen.size === 0 || seen.size > CHECKED_PENDING) return;
  const rows = await collection.storageInstance.findDocumentsById([...seen.keys()], true);
  const unsent = new Set(await findUnsent(meta, rows));
  pending.settled(rows.filter((row) => !unsent.has(row)).map((row) => row.id), seen);
}

/**
 * RxDB resumes by the time of the last write that it pushed. What was written while the clock stood earlier would
 * never be sent, so each start compares all that was written before `started` with what the server is assumed to have.
 * It is also where refused blobs get one more try.
 */
export async function pushWhatTheClockHid(collection: BlobCollection, { meta, pending, setAside }: Known, started: number, ended: AbortSignal): Promise<void> {
  for await (const rows of scanRows(collection.storageInstance, undefined)) {
    if (ended.aborted) return;
    const old = rows.filter((row) => row._meta.lwt < started);
    const unsent = (await findUnsent(meta, old)).filter((row) => !setAside.hasSinceStart(row));
    pending.add(unsent);
    await touch(collection, unsent);
    // What follows is newer: the replication has it, or this has just touched it.
    if (old.length < rows.length) return;
    // A library of many texts is read in the gaps.
    await wait(0);
  }
}

async function findUnsent(meta: MetaStorage, rows: readonly BlobRow[]): Promise<BlobRow[]> {
  const assumed = await meta.readAssumed(rows.map((row) => row.id));
  return rows.filter((row) => {
    const metaRow = assumed.get(row.id);
    return !metaRow || !isSameState(metaRow.docData, row);
  });
}
