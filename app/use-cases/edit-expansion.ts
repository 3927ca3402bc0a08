import { applyExpansionEdit } from '#processors/contract/passage-edits.ts';
import { coreOf } from '../app-core.ts';
import { mergeProse } from '../domain/merge-prose.ts';
import type { RectoApp } from '../recto-app.ts';
import { changeHead } from '../store/change-head.ts';

export interface ExpansionEdit {
  bookId: string;
  chapterId: string;
  /** The whole expansion as the author has it now. */
  text: string;
  /** The text that the author's began from: what was grown or synced meanwhile is merged with it. */
  baseText?: string;
}

/**
 * Keeps an author's edit of an expansion: the passages it touches become the author's, and no run replaces them. An
 * expansion that a processor made stays as it is; the edit is a blob of its own over it.
 * @throws RectoError not_found, storage_full, storage_failed
 */
export async function editExpansion(app: RectoApp, { bookId, chapterId, text, baseText }: ExpansionEdit): Promise<void> {
  const library = await coreOf(app).library();
  await library.drafts.track(() =>
    changeHead(app, library, { bookId, chapterId }, (expansion) => {
      const merged = baseText === undefined ? text : mergeProse(baseText, text, expansion.expanded).text;
      return applyExpansionEdit(expansion, merged);
    }),
  );
}
