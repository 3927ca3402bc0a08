/** Where a deleted chapter stood: its draft's tombstone knows it, so that any device can put it back. */
import { isBlobOf, type Blob } from '#schemas/blob.ts';
import type { Chapter, TextInputV2 } from '#schemas/generated/types.ts';
import type { ChapterPlace } from '../../domain/chapter-list.ts';

type DraftBlob = Blob & { data: TextInputV2 };

export function isDraft(blob: Blob): blob is DraftBlob {
  return isBlobOf(blob, 'text-input-v2') || isBlobOf(blob, 'text-input-v1');
}

/** Neighbours that are named on either side: enough to find the place after others have gone, too. */
const NEIGHBOURS = 8;

/** The draft's data as its tombstone has it. */
export function withPlace(data: Blob['data'], { title, edition }: Chapter, { index, before, after }: ChapterPlace): Blob['data'] {
  const place = { title, edition, index, before: before.slice(0, NEIGHBOURS), after: after.slice(0, NEIGHBOURS) };
  return { ...data, metadata: { ...metadataOf(data), deleted_from: place } };
}

/** The draft's data in another book. */
export function withBook(data: Blob['data'], bookId: string): Blob['data'] {
  return { ...data, metadata: { ...metadataOf(data), book_id: bookId } };
}

/** The data of a draft that is no longer deleted. */
export function withoutPlace(data: Blob['data']): Blob['data'] {
  const { deleted_from: place, ...metadata } = metadataOf(data);
  return place === undefined ? data : { ...data, metadata };
}

/** What a deleted draft says of its chapter. One that says nothing was deleted by an older Recto: it goes to the end. */
export function placeInBook(draft: Blob): { bookId: string; title: string; chapter: Chapter; place: ChapterPlace } {
  const { book_id: bookId, deleted_from: from } = metadataOf(draft.data);
  const { title, edition, index, before, after } = (from ?? {}) as Partial<ChapterPlace & Chapter>;
  const named = title ?? 'A chapter without its title';
  return {
    bookId: typeof bookId === 'string' ? bookId : '',
    title: named,
    chapter: { id: draft.conversation_id ?? draft.id, title: named, draft_blob_id: draft.id, edition: edition ?? 'draft' },
    place: { index: index ?? Number.MAX_SAFE_INTEGER, before: before ?? [], after: after ?? [] },
  };
}

function metadataOf(data: Blob['data']): Record<string, unknown> {
  const metadata = data['metadata'];
  return typeof metadata === 'object' && metadata !== null ? (metadata as Record<string, unknown>) : {};
}
