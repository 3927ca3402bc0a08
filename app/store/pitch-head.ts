import { findHead, findOpenHeads } from '#processors/contract/find-head.ts';
import { derivedBlobId } from '#processors/orchestrator/ids.ts';
import { isBlobOf, USER_INPUT, type Blob } from '#schemas/blob.ts';
import { mergePitch } from '../domain/merge-pitch.ts';
import type { BlobStore } from './blob-store.ts';

export type PitchBlob = Blob & Blob<'pitch-v1'>;

interface PitchLink {
  id: string;
  parent_id?: string;
  based_on?: string;
  created_at: string;
  blob: PitchBlob;
}

/** The newest pitch of a book that no other carries on; null: none was made. `without`: as if that one were not there. */
export async function findPitchHead(blobs: BlobStore, bookId: string, without?: string): Promise<PitchBlob | null> {
  return findHead((await readLinks(blobs, bookId)).filter(({ id }) => id !== without))?.blob ?? null;
}

/** What a book shows as its pitch: where two devices went on from one, what was written on either; null: none was made. */
export async function readPitch(blobs: BlobStore, bookId: string): Promise<PitchBlob | null> {
  const pitches = await readLinks(blobs, bookId);
  const [head, ...others] = findOpenHeads(pitches);
  return head ? others.reduce((joined, other) => join(pitches, head, joined, other), head.blob) : null;
}

/** The same as one blob, so that it can be gone on from. @throws RectoError storage_full, storage_failed */
export async function settlePitch(blobs: BlobStore, bookId: string, now: number): Promise<PitchBlob | null> {
  for (;;) {
    const pitches = await readLinks(blobs, bookId);
    const [head, other] = findOpenHeads(pitches);
    if (!head || !other) return head?.blob ?? null;
    const time = new Date(Math.max(now, Date.parse(head.created_at) + 1)).toISOString();
    const { data } = join(pitches, head, head.blob, other);
    // By its id the same on either device, and named after both: it carries both on.
    const id = derivedBlobId(USER_INPUT, head.id, head.blob.version, { joined: other.id, version: other.blob.version });
    const joined = { ...head.blob, id, processor_id: USER_INPUT, parent_id: head.id, version: 1, created_at: time, updated_at: time, data: { ...data, metadata: { ...data.metadata, based_on: other.id } } };
    if ((await blobs.insertOnce(joined)) === 'existed') return head.blob;
  }
}

function join(pitches: readonly PitchLink[], head: PitchLink, into: PitchBlob, other: PitchLink): PitchBlob {
  const known = new Set(ancestorsOf(pitches, other));
  const base = ancestorsOf(pitches, head).find((link) => known.has(link));
  return { ...into, data: mergePitch(base?.blob.data ?? null, into.data, other.blob.data, other.blob.processor_id === USER_INPUT) };
}

/** The nearest first. */
function ancestorsOf(pitches: readonly PitchLink[], of: PitchLink): PitchLink[] {
  const found = [of];
  for (const { parent_id, based_on } of found) found.push(...pitches.filter((one) => (one.id === parent_id || one.id === based_on) && !found.includes(one)));
  return found.slice(1);
}

/** Every pitch of the book that is not deleted. */
export async function readPitches(blobs: BlobStore, bookId: string): Promise<PitchBlob[]> {
  return pitchesOf(await blobs.find('schema_id', 'pitch-v1'), bookId);
}

async function readLinks(blobs: BlobStore, bookId: string): Promise<PitchLink[]> {
  return (await readPitches(blobs, bookId)).map((blob) => ({
    id: blob.id,
    ...(blob.parent_id !== undefined && { parent_id: blob.parent_id }),
    ...(blob.data.metadata.based_on !== undefined && { based_on: blob.data.metadata.based_on }),
    created_at: blob.created_at,
    blob,
  }));
}

/** What belongs to a book's pitch, tombstones too: each of its pitches, and the summaries that they were written from. */
export async function idsOfPitches(blobs: BlobStore, bookId: string, chapterIds: readonly string[]): Promise<string[]> {
  const pitches = pitchesOf(await blobs.find('schema_id', 'pitch-v1', { deleted: true }), bookId);
  const summaries = await blobs.find('schema_id', 'chapter-summary-v1', { deleted: true });
  const own = summaries.filter((blob) => isBlobOf(blob, 'chapter-summary-v1') && chapterIds.includes(blob.data.chapter_id));
  return [...pitches, ...own].map(({ id }) => id);
}

function pitchesOf(blobs: readonly Blob[], bookId: string): PitchBlob[] {
  // One that another processor made may not name its book; it stands under it.
  return blobs.filter((blob): blob is PitchBlob => isBlobOf(blob, 'pitch-v1') && (blob.data.metadata.book_id === bookId || blob.parent_id === bookId));
}
