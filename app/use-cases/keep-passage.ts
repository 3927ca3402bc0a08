import { keepPassage as keep } from '#processors/contract/passage-edits.ts';
import { coreOf } from '../app-core.ts';
import type { RectoApp } from '../recto-app.ts';
import { changeHead } from '../store/change-head.ts';

/**
 * Says that a passage is good as it is: it is level with what the draft says today, and no run replaces it.
 * @param request index: the passage's place as it is shown
 * @throws RectoError not_found, storage_full, storage_failed
 */
export async function keepPassage(app: RectoApp, request: { bookId: string; chapterId: string; index: number }): Promise<void> {
  const library = await coreOf(app).library();
  await changeHead(app, library, request, (expansion, draftText) => keep(expansion, request.index, draftText), { keep: 'expansion' });
}
