import type { PitchKind } from '#processors/contract/pitch.ts';
import { applyPitchEdit } from '#processors/contract/pitch-edits.ts';
import { coreOf } from '../app-core.ts';
import type { RectoApp } from '../recto-app.ts';
import { changePitch } from '../store/change-pitch.ts';

/**
 * Keeps an author's text of one part of the pitch: sentences that differ become the author's, and no run replaces them.
 * @throws RectoError not_found, storage_full, storage_failed
 */
export async function editPitchPart(app: RectoApp, edit: { bookId: string; kind: PitchKind; text: string }): Promise<void> {
  const library = await coreOf(app).library();
  await library.drafts.track(() => changePitch(app, library, edit.bookId, (pitch, today, language) => applyPitchEdit(pitch, edit.kind, edit.text, today, language)));
}
