/** What is kept of the blobs that are being written: the newest snapshot of each, and the keyframe that the next stands on. */
import { hashContent, packContent, unpackBytes, type Keyframe } from '#processors/contract/snapshot-content.ts';
import { isBlobOf, type Blob } from '#schemas/blob.ts';
import type { PackedContent } from '#schemas/generated/types.ts';
import { canonicalJson } from '../../domain/merge-values.ts';
import type { BlobStore } from '../blob-store.ts';

type Snapshot = Blob & Blob<'snapshot-v1'>;

interface Newest {
  id: string;
  hash: string;
  name: string | undefined;
}

interface Kept {
  newest: Newest | null;
  /** Null: the next one is kept whole. */
  keyframe: Keyframe | null;
}

export interface Packed {
  packed: PackedContent;
  /** What was packed. */
  bytes: Uint8Array;
}

export interface KeptShelf {
  /** `same`: the newest that is kept says the same. */
  pack(blob: Blob): Promise<{ same: Newest } | Packed>;
  /** As `pack`, also where the newest is the same. */
  packAgain(blob: Blob): Promise<Packed>;
  /** A snapshot that is being stored. */
  add(blobId: string, id: string, packed: Packed, name: string | undefined): void;
  /** It is read again when it is next asked for. */
  forget(blobId: string): void;
  close(): void;
}

/** Texts whose keyframe is in memory at a time: an author writes in one, and looks into a few. */
const SHELF_SIZE = 8;

/** @param readDevice the id of this device: only its own keyframes are sure to be where its differences are */
export function createKeptShelf(blobs: BlobStore, readDevice: () => Promise<string>): KeptShelf {
  const shelf = new Map<string, Kept>();
  const own = new Set<string>();

  // What another window or device keeps or thins out.
  const following = blobs.changes$.subscribe((changes) => {
    for (const { id, schema_id, parent_id } of changes.blobs) if (schema_id === 'snapshot-v1' && parent_id !== undefined && !own.delete(id)) shelf.delete(parent_id);
  });

  const read = async (blobId: string): Promise<Kept> => {
    const known = shelf.get(blobId);
    if (known) return known;
    const found = (await blobs.find('parent_id', blobId)).filter((blob): blob is Snapshot => isBlobOf(blob, 'snapshot-v1'));
    const kept = readShelf(found, await readDevice());
    put(blobId, kept);
    return kept;
  };

  const put = (blobId: string, kept: Kept): void => {
    shelf.delete(blobId);
    shelf.set(blobId, kept);
    for (const [oldest] of [...shelf].slice(0, Math.max(0, shelf.size - SHELF_SIZE))) shelf.delete(oldest);
  };

  return {
    async pack(blob) {
      const { newest, keyframe } = await read(blob.id);
      const bytes = toBytes(blob.data);
      const hash = hashContent(bytes);
      if (newest?.hash === hash) return { same: newest };
      // A key that comes meanwhile goes first.
      await new Promise((resolve) => setTimeout(resolve));
      return { bytes, packed: packContent(bytes, hash, keyframe) };
    },
    async packAgain(blob) {
      const { keyframe } = await read(blob.id);
      const bytes = toBytes(blob.data);
      return { bytes, packed: packContent(bytes, hashContent(bytes), keyframe) };
    },
    add(blobId, id, { packed, bytes }, name) {
      const known = shelf.get(blobId);
      if (!known) return;
      own.add(id);
      put(blobId, { newest: { id, hash: packed.sha256, name }, keyframe: packed.keyframe === undefined ? { id, bytes } : known.keyframe });
    },
    forget: (blobId) => void shelf.delete(blobId),
    close: () => following.unsubscribe(),
  };
}

function toBytes(data: Blob['data']): Uint8Array {
  return new TextEncoder().encode(canonicalJson(data));
}

function readShelf(snapshots: readonly Snapshot[], deviceId: string): Kept {
  const byTime = snapshots.toSorted((a, b) => (a.created_at < b.created_at ? 1 : a.created_at > b.created_at ? -1 : a.id < b.id ? 1 : -1));
  const [newest] = byTime;
  const whole = byTime.find(({ data }) => data.device?.id === deviceId && data.packed !== undefined && data.packed.keyframe === undefined);
  return {
    newest: newest ? { id: newest.id, hash: newest.data.packed?.sha256 ?? hashContent(toBytes(newest.data.content ?? {})), name: newest.data.name } : null,
    keyframe: whole ? toKeyframe(whole) : null,
  };
}

/** Null where it is damaged: the next one stands by itself. */
function toKeyframe({ id, data }: Snapshot): Keyframe | null {
  try {
    return data.packed ? { id, bytes: unpackBytes(data.packed, null) } : null;
  } catch {
    return null;
  }
}
