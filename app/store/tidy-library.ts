/** What the leading window does now and then: versions thin out with age, and what was deleted long ago goes for good. */
import { startTimer } from '#processors/contract/timers.ts';
import { emptyBlob, isEmptied } from '#processors/contract/emptied.ts';
import { USER_INPUT } from '#schemas/blob.ts';
import { isFields } from '../domain/merge-values.ts';
import type { Clock } from '../ports.ts';
import type { LocalState } from '../sync/sync-types.ts';
import type { BlobStore } from './blob-store.ts';
import { findSuperseded } from './history/find-superseded.ts';
import { findThinnedSnapshots } from './history/find-thinned-snapshots.ts';
import { findGone } from './trash/find-gone.ts';
import { goneAt } from './trash/read-trash.ts';

export interface TidyParts {
  blobs: BlobStore;
  state: LocalState;
  clock: Clock;
  /** This device, as it stands in the history. */
  readDevice(): Promise<{ id: string }>;
}

/** When the author is at work already, and nothing else of the start runs. */
const FIRST_AFTER_MS = 2 * 60_000;
const EACH_MS = 6 * 3_600_000;
/** A clock that has gone on by more than this since the last time has leapt. */
const PLAUSIBLE_MS = 14 * 24 * 3_600_000;
/** One that has leapt is believed after it has gone on for so long from there. */
const BELIEVED_AFTER_MS = 3 * 24 * 3_600_000;
const DAY_MS = 24 * 3_600_000;
const BATCH = 50;
const TIDIED_KEY = 'tidied-at';

/** @returns how to stop */
export function startTidying(parts: TidyParts): () => void {
  let stopped = false;
  let stopTimer = (): void => undefined;
  const arm = (ms: number): void => {
    stopTimer = startTimer(ms, () => {
      // What can't be done now, on a full disk for one, is done the next time.
      void tidyLibrary(parts, () => stopped).catch(() => undefined).finally(() => {
        if (!stopped) arm(EACH_MS);
      });
    });
  };
  arm(FIRST_AFTER_MS);
  return () => {
    stopped = true;
    stopTimer();
  };
}

/**
 * Does it once. A clock that leapt, or that it sees for the first time, is not believed for some days: one that is a
 * year ahead for a weekend must not empty the trash.
 * @throws RectoError storage_full, storage_failed
 */
export async function tidyLibrary({ blobs, state, clock, readDevice }: TidyParts, isStopped: () => boolean = () => false): Promise<void> {
  const now = clock.now();
  if (!(await isBelieved(state, now))) return;
  const thinned = await findThinnedSnapshots(blobs, (await readDevice()).id, now);
  await inBatches(thinned, isStopped, async (ids) => blobs.changeMany(await notLately(blobs, ids, now), (blob) => (blob.deleted || blob.data['name'] !== undefined ? null : emptyBlob(blob))));
  const superseded = await findSuperseded(blobs, now);
  await inBatches(superseded, isStopped, (ids) => blobs.changeMany(ids, (blob) => (blob.deleted || blob.processor_id === USER_INPUT ? null : emptyBlob(blob))));
  const gone = await findGone(blobs, now);
  await inBatches(gone, isStopped, (ids) => blobs.changeMany(ids, (blob) => (blob.deleted && !isEmptied(blob) && goneAt(blob) <= now ? emptyBlob(blob) : null)));
}

/** Without what was written here within a day: by a clock that was behind, it looks old already. */
async function notLately(blobs: BlobStore, ids: readonly string[], now: number): Promise<string[]> {
  const writtenHere = await blobs.writtenHere(ids);
  return ids.filter((id) => (writtenHere.get(id) ?? now) + DAY_MS <= now);
}

/** @returns whether the clock has gone on without a leap for a while, up to `now` */
async function isBelieved(state: LocalState, now: number): Promise<boolean> {
  const known = await state.get(TIDIED_KEY);
  const { at, since } = (isFields(known) ? known : {}) as { at?: number; since?: number };
  const goesOn = at !== undefined && since !== undefined && Math.abs(now - at) <= PLAUSIBLE_MS;
  await state.set(TIDIED_KEY, { at: now, since: goesOn ? since : now });
  return goesOn && now - since >= BELIEVED_AFTER_MS;
}

async function inBatches(ids: readonly string[], isStopped: () => boolean, write: (ids: string[]) => Promise<unknown>): Promise<void> {
  for (let at = 0; at < ids.length && !isStopped(); at += BATCH) {
    await write(ids.slice(at, at + BATCH));
    // Typing goes before tidying.
    await new Promise((resolve) => setTimeout(resolve));
  }
}
