import { fillPitchField as fill, type PitchField } from '#processors/contract/pitch-edits.ts';
import { coreOf } from '../app-core.ts';
import type { RectoApp } from '../recto-app.ts';
import { changePitch } from '../store/change-pitch.ts';

/**
 * Fills in what only the author knows of the query letter: genre, agent, a line about themselves.
 * @throws RectoError not_found, storage_full, storage_failed
 */
export async function fillPitchField(app: RectoApp, request: { bookId: string; field: PitchField; value: string }): Promise<void> {
  const library = await coreOf(app).library();
  await library.drafts.track(() => changePitch(app, library, request.bookId, (pitch) => fill(pitch, request.field, request.value.trim())));
}
