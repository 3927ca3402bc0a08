import { mergeProse } from '../../domain/merge-prose.ts';
import { readChapter } from '../change-book.ts';
import { contentOf, withContent } from '../draft-content.ts';
import type { Library } from '../library.ts';
import { changeKept } from './change-kept.ts';

/**
 * Changes a chapter's draft from outside its editor, which takes the change in. What it said is kept first.
 * @param change may be called again when someone wrote meanwhile; it may throw, and nothing is changed then
 * @returns `undo` gives the draft back what it said, and leaves in it what was written since
 * @throws RectoError not_found, storage_full, storage_failed
 */
export async function replaceDraft(library: Library, { bookId, chapterId }: { bookId: string; chapterId: string }, change: (text: string) => string): Promise<{ undo(): Promise<void> }> {
  const { blobs, drafts } = library;
  const { chapter } = await readChapter(library, bookId, chapterId);
  const id = chapter.draft_blob_id;
  await drafts.flushDrafts();
  let [before, after] = ['', ''];
  await drafts.track(() =>
    changeKept(library, id, 'restore', (stored) => {
      before = contentOf(stored);
      after = change(before);
      return withContent(stored, after);
    }),
  );
  return {
    async undo() {
      await drafts.flushDrafts();
      await drafts.track(() => blobs.change(id, (stored) => withContent(stored, mergeProse(after, contentOf(stored), before).text)));
    },
  };
}
