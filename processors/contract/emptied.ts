/** What is gone for good: a tombstone without words, which only says to other devices that there was something. */
import type { Blob } from '#schemas/blob.ts';

/** On a tombstone whose words are gone. */
const EMPTIED = 'emptied';

export function isEmptied(blob: Pick<Blob, 'deleted' | 'tags'>): boolean {
  return blob.deleted && blob.tags.includes(EMPTIED);
}

/** The tags of something that is written again after its words were gone. */
export function withoutEmptied(tags: readonly string[]): string[] {
  return tags.filter((tag) => tag !== EMPTIED);
}

/** The blob as a tombstone that keeps the shape of its data and none of its texts; lists are empty. */
export function emptyBlob(blob: Blob): Blob {
  // A snapshot's: there are thousands, and nobody asks where one that is gone came from.
  const { packed: _packed, device: _device, words: _words, ...data } = blob.data;
  return { ...blob, deleted: true, tags: [...new Set([...blob.tags, EMPTIED])], data: emptyValue(data) as Blob['data'] };
}

function emptyValue(value: unknown): unknown {
  if (typeof value === 'string') return '';
  if (Array.isArray(value)) return [];
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, emptyValue(inner)]));
}
