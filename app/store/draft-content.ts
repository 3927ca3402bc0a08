import { isBlobOf, type Blob } from '#schemas/blob.ts';
import { RectoError } from '#schemas/errors.ts';
import { withoutDeletionTags } from './change-book.ts';
import { withoutPlace } from './trash/chapter-place.ts';

/** Writing in a draft that was deleted elsewhere brings it back: an edit beats a delete. */
export function withContent(stored: Blob, content: string): Blob | null {
  if (content === contentOf(stored)) return null;
  const written = { ...stored, schema_id: 'text-input-v2', deleted: false };
  if (!stored.deleted) return { ...written, data: { ...stored.data, content } };
  // Of its deletion nothing stays: deleted once more, it is in the trash like any other.
  return { ...written, tags: withoutDeletionTags(stored.tags), data: { ...withoutPlace(stored.data), content } };
}

/** @throws RectoError input_invalid for a blob that is no draft */
export function contentOf(blob: Blob): string {
  if (isBlobOf(blob, 'text-input-v2') || isBlobOf(blob, 'text-input-v1')) return blob.data.content;
  throw new RectoError('input_invalid', 'This is not a draft, so it can’t be written in here.');
}
