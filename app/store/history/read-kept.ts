/** What a snapshot in the library keeps. Everyone who reads one comes here. */
import { countWords } from '#processors/contract/count-words.ts';
import { keyframeOf, readSnapshot } from '#processors/contract/snapshot-content.ts';
import { isBlobOf, type Blob } from '#schemas/blob.ts';
import type { SnapshotV1 } from '#schemas/generated/types.ts';
import type { BlobStore } from '../blob-store.ts';

type Content = Record<string, unknown>;

/**
 * The data of what a snapshot keeps; of any other blob its own.
 * @throws RectoError storage_damaged: it can't be read, or not yet
 */
export async function readKept(blobs: Pick<BlobStore, 'get'>, blob: Blob): Promise<Content> {
  if (!isBlobOf(blob, 'snapshot-v1')) return blob.data;
  return readSnapshot(blob.data, await readKeyframe(blobs, blob.data));
}

/** What a snapshot stands on; null: on nothing, or it isn't here. */
export async function readKeyframe(blobs: Pick<BlobStore, 'get'>, snapshot: SnapshotV1): Promise<SnapshotV1 | null> {
  const id = keyframeOf(snapshot);
  // Deleted ones too: a chapter in the trash has its keyframes there.
  const keyframe = id === null ? null : await blobs.get(id, { deleted: true });
  return keyframe && isBlobOf(keyframe, 'snapshot-v1') ? keyframe.data : null;
}

/** A draft's or an expansion's text; anything else as it is stored. */
export function textOfContent(content: Content): string {
  const text = content['expanded'] ?? content['content'];
  return typeof text === 'string' ? text : JSON.stringify(content, null, 2);
}

/** Without unpacking it: 0 where nobody counted. */
export function countKeptWords({ words, content }: SnapshotV1): number {
  if (words !== undefined) return words;
  const text = content?.['expanded'] ?? content?.['content'];
  return typeof text === 'string' ? countWords(text) : 0;
}
