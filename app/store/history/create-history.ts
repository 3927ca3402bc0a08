/**
 * Keeps what blobs hold before it changes, as snapshots. Whoever is about to replace an author's words asks here first;
 * `prepare` is for who stores the snapshot with other blobs in one transaction.
 */
import { countWords } from '#processors/contract/count-words.ts';
import { isBlobOf, USER_INPUT, type Blob } from '#schemas/blob.ts';
import type { SnapshotV1 } from '#schemas/generated/types.ts';
import type { Platform } from '../../ports.ts';
import type { LocalState } from '../../sync/sync-types.ts';
import type { BlobStore, NewBlob } from '../blob-store.ts';
import { createEditPace } from './edit-pace.ts';
import { createKeptShelf } from './kept-shelf.ts';

export type WhyKept = Pick<SnapshotV1, 'reason' | 'name'>;

export interface History {
  /**
   * Before an author's edit of a blob is stored: keeps what it holds at the first edit of a session, and each five
   * minutes of writing. It never stands in the way of the edit: what can't be kept now is tried again at the next one.
   */
  beforeEdit(blobId: string): Promise<void>;
  /** The same for one that two devices or windows wrote, which are being merged: at most once a minute. */
  beforeMerge(blob: Blob): Promise<void>;
  /** What a blob held until everything in it that was alike was replaced. */
  keepReplaced(before: Blob): Promise<void>;
  /**
   * Keeps what a blob holds, where the newest that is kept of it is not the same.
   * @returns the id of the snapshot that holds it; null: there is nothing to keep
   * @throws RectoError storage_full, storage_failed
   */
  keep(blob: Blob, why: WhyKept): Promise<string | null>;
  /** The snapshots that `keep` would store; those of what is kept already are not among them. */
  prepare(blobs: readonly Blob[], why: WhyKept): Promise<NewBlob[]>;
  /** This device, as it stands in what it keeps. @throws RectoError storage_full, storage_failed */
  readDevice(): Promise<NonNullable<SnapshotV1['device']>>;
  close(): void;
}

export interface HistoryParts {
  blobs: BlobStore;
  state: LocalState;
  platform: Pick<Platform, 'clock' | 'newId' | 'deviceName'>;
  userId: string;
}

export function createHistory({ blobs, state, platform, userId }: HistoryParts): History {
  const device = createDeviceId(state, () => platform.newId());
  const readDevice = async (): Promise<NonNullable<SnapshotV1['device']>> => ({ id: await device(), ...(platform.deviceName !== undefined && { name: platform.deviceName }) });
  const shelf = createKeptShelf(blobs, device);
  const pace = createEditPace(() => platform.clock.now());
  /** One at a time, so that two don't keep the same words twice. */
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const run = last.then(work);
    last = run.catch(() => undefined);
    return run;
  };

  const makeOne = async (blob: Blob, why: WhyKept): Promise<{ made: NewBlob | null; id: string | null }> => {
    const words = wordsOf(blob);
    if (words === 0 && why.name === undefined) return { made: null, id: null };
    const found = await shelf.pack(blob);
    if ('same' in found) {
      const { same } = found;
      // A name is given to what is kept already; one that has another name is kept once more.
      if (why.name === undefined || same.name === why.name) return { made: null, id: same.id };
      if (same.name === undefined) {
        await blobs.change(same.id, (kept) => ({ ...kept, data: { ...kept.data, name: why.name } }));
        return { made: null, id: same.id };
      }
    }
    const packing = 'same' in found ? await shelf.packAgain(blob) : found;
    const id = platform.newId();
    const data: SnapshotV1 = {
      of_schema_id: blob.schema_id,
      of_version: blob.version,
      ...why,
      ...(words !== null && { words }),
      device: await readDevice(),
      packed: packing.packed,
    };
    shelf.add(blob.id, id, packing, why.name);
    return { id, made: toNewBlob(id, userId, blob, data) };
  };

  const keepNow = async (blob: Blob, why: WhyKept): Promise<string | null> => {
    const { id, made } = await makeOne(blob, why);
    try {
      if (made) await blobs.insert([made]);
    } catch (thrown) {
      shelf.forget(blob.id);
      throw thrown;
    }
    return id;
  };

  const keepQuietly = async (blob: Blob | null, why: WhyKept): Promise<void> => {
    if (!blob) return;
    // The edit is what counts: it goes on, and a disk that is full says so itself.
    await inTurn(() => keepNow(blob, why)).catch(() => pace.missed(blob.id));
  };

  return {
    async beforeEdit(blobId) {
      const reason = pace.reasonToKeep(blobId);
      if (!reason) return;
      try {
        await keepQuietly(await blobs.get(blobId), { reason });
      } catch {
        pace.missed(blobId);
      }
    },
    async beforeMerge(blob) {
      if (pace.isMergeDue(blob.id)) await keepQuietly(blob, { reason: 'merge' });
    },
    keepReplaced: (before) => keepQuietly(before, { reason: 'replace-all' }),
    keep: (blob, why) => inTurn(() => keepNow(blob, why)),
    prepare: (some, why) =>
      inTurn(async () => {
        const made: NewBlob[] = [];
        for (const blob of some) {
          const one = await makeOne(blob, why);
          // It is not stored yet, and may never be: the next one must not stand on it.
          shelf.forget(blob.id);
          if (one.made) made.push(one.made);
        }
        return made;
      }),
    readDevice,
    close: () => shelf.close(),
  };
}

/** Null: it is no text. */
function wordsOf(blob: Blob): number | null {
  if (isBlobOf(blob, 'text-input-v2') || isBlobOf(blob, 'text-input-v1')) return countWords(blob.data.content);
  return isBlobOf(blob, 'expanded-text-v1') ? countWords(blob.data.expanded) : null;
}

function toNewBlob(id: string, userId: string, blob: Blob, data: SnapshotV1): NewBlob {
  return {
    id,
    user_id: userId,
    processor_id: USER_INPUT,
    schema_id: 'snapshot-v1',
    data: { ...data },
    parent_id: blob.id,
    ...(blob.conversation_id !== undefined && { conversation_id: blob.conversation_id }),
  };
}

const DEVICE_KEY = 'history-device';

/** What tells this computer's snapshots from others': kept with the library, so that a library on a new disk is another device. */
function createDeviceId(state: LocalState, newId: () => string): () => Promise<string> {
  let id: Promise<string> | null = null;
  const read = async (): Promise<string> => {
    const known = await state.get(DEVICE_KEY);
    if (typeof known === 'string') return known;
    const made = newId();
    await state.set(DEVICE_KEY, made);
    return made;
  };
  return () => {
    id ??= read().catch((thrown: unknown) => {
      id = null;
      throw thrown;
    });
    return id;
  };
}
