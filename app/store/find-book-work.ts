/** What a run over a whole book would grow, as far as it is known now. */
import { isBlobOf } from '#schemas/blob.ts';
import { readBook } from './change-book.ts';
import { contentOf } from './draft-content.ts';
import { findUngrown } from './find-ungrown.ts';
import type { ExpansionHome } from './request-expansion.ts';

export interface BookWork {
  /** Those that are not fresh, in the book's order. */
  chapters: { chapterId: string; title: string; draft: string }[];
  /** Chapters that are level with their drafts. */
  fresh: number;
  /** Chapters in which nothing is written. */
  empty: number;
}

/** @throws RectoError not_found */
export async function findBookWork(library: ExpansionHome, bookId: string): Promise<BookWork> {
  const book = await readBook(library, bookId);
  const work: BookWork = { chapters: [], fresh: 0, empty: 0 };
  for (const { id, title, draft_blob_id } of book.data.chapters) {
    const { isEmpty, isStale } = await findUngrown(library, bookId, id);
    if (isEmpty) work.empty += 1;
    else if (!isStale) work.fresh += 1;
    else {
      const draft = await library.blobs.get(draft_blob_id);
      work.chapters.push({ chapterId: id, title, draft: draft && isBlobOf(draft, 'text-input-v2') ? contentOf(draft) : '' });
    }
  }
  return work;
}
