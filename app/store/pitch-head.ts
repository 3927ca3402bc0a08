import { findHead } from '#processors/contract/find-head.ts';
import { isBlobOf, type Blob } from '#schemas/blob.ts';
import type { BlobStore } from './blob-store.ts';

export type PitchBlob = Blob & Blob<'pitch-v1'>;

/** What a book shows as its pitch: the one that no other carries on; null: none was made. `without`: as if that one were not there. */
export async function findPitchHead(blobs: BlobStore, bookId: string, without?: string): Promise<PitchBlob | null> {
  const own = pitchesOf(await blobs.find('schema_id', 'pitch-v1'), bookId).filter(({ id }) => id !== without);
  const head = findHead(own.map((blob) => ({
    id: blob.id,
    ...(blob.parent_id !== undefined && { parent_id: blob.parent_id }),
    ...(blob.data.metadata.based_on !== undefined && { based_on: blob.data.metadata.based_on }),
    created_at: blob.created_at,
    blob,
  })));
  return head?.blob ?? null;
}

/** Every pitch of the book, tombstones too. */
export async function idsOfPitches(blobs: BlobStore, bookId: string): Promise<string[]> {
  return pitchesOf(await blobs.find('schema_id', 'pitch-v1', { deleted: true }), bookId).map(({ id }) => id);
}

function pitchesOf(blobs: readonly Blob[], bookId: string): PitchBlob[] {
  // One that another processor made may not name its book; it stands under it.
  return blobs.filter((blob): blob is PitchBlob => isBlobOf(blob, 'pitch-v1') && (blob.data.metadata.book_id === bookId || blob.parent_id === bookId));
}
