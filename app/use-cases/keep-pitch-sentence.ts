import type { PitchKind } from '#processors/contract/pitch.ts';
import { keepPitchSentence as keep } from '#processors/contract/pitch-edits.ts';
import { coreOf } from '../app-core.ts';
import type { RectoApp } from '../recto-app.ts';
import { changePitch } from '../store/change-pitch.ts';

/**
 * Says that a sentence is good as it is: it is level with its chapters as they are now, and no run replaces it.
 * @throws RectoError not_found, storage_full, storage_failed
 */
export async function keepPitchSentence(app: RectoApp, request: { bookId: string; kind: PitchKind; index: number }): Promise<void> {
  const library = await coreOf(app).library();
  await changePitch(app, library, request.bookId, (pitch, today) => keep(pitch, request.kind, request.index, today));
}
