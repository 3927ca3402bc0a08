/** Which snapshots have thinned out with age. */
import { findThinnedOut, type PastVersion } from '#processors/contract/version-ladder.ts';
import { isBlobOf, type Blob } from '#schemas/blob.ts';
import { SETTLED } from '../../sync/conflicts.ts';
import type { BlobStore } from '../blob-store.ts';

interface Kept extends PastVersion {
  isOwn: boolean;
  keyframe: string | undefined;
}

/**
 * Another device thins out its own, and may not have heard of a name that was given here: what it left when it went
 * for good is thinned out by the others so much later.
 */
const OTHERS_LATER_MS = 7 * 24 * 3_600_000;

/**
 * Reads every snapshot, a page at a time, and keeps none of their texts.
 * @param deviceId this device's
 * @param now milliseconds since the epoch
 * @returns ids of those that are not kept any more
 */
export async function findThinnedSnapshots(blobs: Pick<BlobStore, 'scan'>, deviceId: string, now: number): Promise<string[]> {
  const byParent = new Map<string, Kept[]>();
  for await (const page of blobs.scan('snapshot-v1', 'living')) {
    for (const blob of page) {
      const parent = blob.parent_id ?? '';
      const siblings = byParent.get(parent) ?? [];
      siblings.push(toKept(blob, deviceId));
      byParent.set(parent, siblings);
    }
  }
  return [...byParent.values()].flatMap((versions) => findAmong(versions, now));
}

function findAmong(versions: readonly Kept[], now: number): string[] {
  const stoodOn = new Set(versions.map(({ keyframe }) => keyframe));
  const safe = versions.map((version) => (stoodOn.has(version.id) ? { ...version, stays: true } : version));
  const others = new Set(safe.filter(({ isOwn }) => !isOwn).map(({ id }) => id));
  const overdue = new Set(others.size > 0 ? findThinnedOut(safe, now - OTHERS_LATER_MS) : []);
  return findThinnedOut(safe, now).filter((id) => !others.has(id) || overdue.has(id));
}

function toKept(blob: Blob, deviceId: string): Kept {
  const common = { id: blob.id, at: Date.parse(blob.created_at) };
  if (!isBlobOf(blob, 'snapshot-v1')) return { ...common, stays: true, isOwn: false, keyframe: undefined };
  const { name, reason, packed, device } = blob.data;
  const isOpenConflict = reason.startsWith('conflict-') && !blob.tags.includes(SETTLED);
  // A keyframe stays as long as what it keeps: a difference to it may still be on its way from another device.
  const isKeyframe = packed !== undefined && packed.keyframe === undefined;
  return { ...common, stays: name !== undefined || isOpenConflict || isKeyframe, isOwn: device?.id === deviceId, keyframe: packed?.keyframe };
}
