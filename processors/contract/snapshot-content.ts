/**
 * What a snapshot keeps, packed small and read again: the one place that knows how. A book's history is mostly the same
 * words again, so a snapshot may hold only its difference to a keyframe, which is a snapshot that stands by itself. A
 * difference never stands on another: one that is damaged or missing takes no others with it.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { deflateSync, inflateSync } from 'fflate';
import { applyDelta, createDelta, getDeltaTargetSize } from 'fossil-delta';
import { RectoError } from '#schemas/errors.ts';
import type { PackedContent, SnapshotV1 } from '#schemas/generated/types.ts';
import { fromBase64, toBase64 } from './base64.ts';

type Content = Record<string, unknown>;

/** A whole snapshot that others may be kept as differences to. */
export interface Keyframe {
  id: string;
  /** What it keeps: JSON in UTF-8. */
  bytes: Uint8Array;
}

/** A difference larger than this share of the whole is not worth it: the whole is kept, as the next keyframe. */
const DELTA_UP_TO = 1 / 3;
/** As in the schema. Nothing that is kept comes near it. */
const LARGEST_BYTES = 64 * 1024 * 1024;

/** SHA-256 in hex. */
export function hashContent(bytes: Uint8Array): string {
  return bytesToHex(sha256(bytes));
}

/**
 * @param bytes what is kept: JSON in UTF-8
 * @param hash of `hashContent`
 */
export function packContent(bytes: Uint8Array, hash: string, keyframe: Keyframe | null): PackedContent {
  const about = { size_bytes: bytes.length, sha256: hash };
  const delta = keyframe && createDelta(keyframe.bytes, bytes);
  if (!delta || delta.length > bytes.length * DELTA_UP_TO) return { deflate: toBase64(deflateSync(bytes)), ...about };
  return { deflate: toBase64(deflateSync(delta)), ...about, keyframe: keyframe.id };
}

/** The id of the snapshot that this one can't be read without. */
export function keyframeOf(snapshot: SnapshotV1): string | null {
  return snapshot.packed?.keyframe ?? null;
}

/**
 * What a snapshot keeps.
 * @param keyframe what `keyframeOf` names, where it names one and it was found
 * @throws RectoError storage_damaged: it is not what was kept, or what it stands on is missing
 */
export function readSnapshot(snapshot: SnapshotV1, keyframe: SnapshotV1 | null = null): Content {
  if (!snapshot.packed) return snapshot.content ?? {};
  const content: unknown = JSON.parse(new TextDecoder().decode(unpackBytes(snapshot.packed, keyframe)));
  if (typeof content === 'object' && content !== null && !Array.isArray(content)) return content as Content;
  throw damaged('holds no text');
}

/**
 * What a packed snapshot keeps, as it was packed: JSON in UTF-8.
 * @throws RectoError storage_damaged
 */
export function unpackBytes(packed: PackedContent, keyframe: SnapshotV1 | null): Uint8Array {
  const bytes = packed.keyframe === undefined ? inflate(packed, packed.size_bytes) : undoDelta(packed, keyframe);
  if (hashContent(bytes) !== packed.sha256) throw damaged('has changed since it was kept');
  return bytes;
}

function undoDelta(packed: PackedContent, keyframe: SnapshotV1 | null): Uint8Array {
  if (!keyframe?.packed || keyframe.packed.keyframe !== undefined) throw damaged('stands on another one that is not on this device, or not yet');
  const whole = unpackBytes(keyframe.packed, null);
  const delta = inflate(packed, packed.size_bytes);
  try {
    // Its own checksum is not looked at: ours covers more.
    if (getDeltaTargetSize(delta) === packed.size_bytes) return applyDelta(whole, delta, { verifyChecksum: false });
  } catch (cause) {
    throw damaged('can’t be put together', cause);
  }
  throw damaged('has not the length that was kept');
}

/** @param limit bytes that come of it at most: of what is damaged or hostile, too much might */
function inflate({ deflate }: PackedContent, limit: number): Uint8Array {
  if (limit > LARGEST_BYTES) throw damaged('is larger than anything that Recto keeps');
  const out = new Uint8Array(limit);
  try {
    return inflateSync(fromBase64(deflate), { out });
  } catch (cause) {
    throw damaged('can’t be unpacked', cause);
  }
}

function damaged(how: string, cause?: unknown): RectoError {
  return new RectoError('storage_damaged', `This version can’t be read: it ${how}. Your text as it is now is safe, and other versions can be read; a backup may have this one.`, { cause });
}
