/** What a run over a whole book would grow, as far as it is known now. */
import { isBlobOf } from '#schemas/blob.ts';
import type { ChapterToExpand } from '../ports.ts';
import { readBook } from './change-book.ts';
import { contentOf } from './draft-content.ts';
import { findHeadId } from './observe-expansion.ts';
import { findUngrown } from './find-ungrown.ts';
import type { ExpansionHome } from './request-expansion.ts';

export interface BookWork {
  /** Those that are not fresh, in the book's order. */
  chapters: { chapterId: string; toExpand: ChapterToExpand }[];
  /** Chapters that are level with their drafts. */
  fresh: number;
  /** Chapters in which nothing is written. */
  empty: number;
}

/** @throws RectoError not_found */
export async function findBookWork(library: ExpansionHome, bookId: string): Promise<BookWork> {
  const book = await readBook(library, bookId);
  const work: BookWork = { chapters: [], fresh: 0, empty: 0 };
  const { style_notes: styleNotes } = book.data;
  for (const { id, draft_blob_id } of book.data.chapters) {
    const { isEmpty, isStale } = await findUngrown(library, bookId, id);
    if (isEmpty) work.empty += 1;
    else if (!isStale) work.fresh += 1;
    else {
      const headId = await findHeadId(library, id);
      const found = await library.blobs.getMany(headId === null ? [draft_blob_id] : [headId, draft_blob_id]);
      const [draft, head] = [found.get(draft_blob_id), headId === null ? undefined : found.get(headId)];
      const base = head && isBlobOf(head, 'expanded-text-v1') ? head.data : null;
      work.chapters.push({ chapterId: id, toExpand: { draft: draft ? contentOf(draft) : '', base, ...(styleNotes && { styleNotes }) } });
    }
  }
  return work;
}
