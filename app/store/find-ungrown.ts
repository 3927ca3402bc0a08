/** What of a chapter waits to be grown. */
import { alignPassages, type AlignedPassage } from '#processors/contract/passages.ts';
import { isBlobOf } from '#schemas/blob.ts';
import { readChapter } from './change-book.ts';
import { isStale } from './chapter-index.ts';
import { contentOf } from './draft-content.ts';
import { findHeadId } from './observe-expansion.ts';
import type { ExpansionHome } from './request-expansion.ts';

export interface Ungrown {
  /** Nothing is written in it. */
  isEmpty: boolean;
  /** The mark of state would say 'stale', or nothing is grown. */
  isStale: boolean;
  /** The passages that a provider may grow without an author's word; null: all of the chapter, nothing is grown yet. */
  passages: number[] | null;
}

/** @throws RectoError not_found */
export async function findUngrown(library: ExpansionHome, bookId: string, chapterId: string): Promise<Ungrown> {
  const { chapter } = await readChapter(library, bookId, chapterId);
  const headId = await findHeadId(library, chapter.id);
  const found = await library.blobs.getMany(headId === null ? [chapter.draft_blob_id] : [headId, chapter.draft_blob_id]);
  const draft = found.get(chapter.draft_blob_id);
  const head = headId === null ? undefined : found.get(headId);
  const text = draft ? contentOf(draft) : '';
  if (text.trim() === '') return { isEmpty: true, isStale: false, passages: [] };
  if (!head || !isBlobOf(head, 'expanded-text-v1')) return { isEmpty: false, isStale: true, passages: null };
  const aligned = alignPassages(text, head.data);
  return { isEmpty: false, isStale: isStale(aligned), passages: aligned.filter(waits).map(({ index }) => index) };
}

/** New in the draft, or grown from other words than it has now. What the author wrote, kept or discarded stays. */
function waits({ state, passage, draft }: AlignedPassage): boolean {
  if (passage.origin === 'author' || passage.kept || draft.count === 0) return false;
  return state === 'stale' || (state === 'draft' && passage.span.end === passage.span.start);
}
