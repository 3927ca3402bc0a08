import { discardPassage as discard } from '#processors/contract/passage-edits.ts';
import { coreOf } from '../app-core.ts';
import type { RectoApp } from '../recto-app.ts';
import { changeHead } from '../store/change-head.ts';

/**
 * Puts the draft's own words back in a passage's place. What stood there is kept as a snapshot, if the author had a hand in it.
 * @param request index: the passage's place as it is shown
 * @throws RectoError not_found, storage_full, storage_failed
 */
export async function discardPassage(app: RectoApp, request: { bookId: string; chapterId: string; index: number }): Promise<void> {
  const library = await coreOf(app).library();
  await changeHead(app, library, request, (expansion, draftText) => discard(expansion, request.index, draftText), { keep: 'expansion' });
}
