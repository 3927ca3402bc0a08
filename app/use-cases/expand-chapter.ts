import { firstValueFrom } from 'rxjs';
import { coreOf } from '../app-core.ts';
import type { RectoApp } from '../recto-app.ts';
import { requestExpansion, type ExpansionWish } from '../store/request-expansion.ts';

/**
 * Saves the draft and asks for its expansion. The job goes on after a restart, and its result shows by itself.
 * @returns the job's id
 * @throws RectoError not_found, configuration (it is off), input_invalid (nothing is written yet), storage_full, storage_failed
 */
export async function expandChapter(app: RectoApp, request: ExpansionWish): Promise<string> {
  const library = await coreOf(app).library();
  await library.drafts.flush();
  return requestExpansion(library, await firstValueFrom(app.settings$), request);
}
