import { coreOf } from '../app-core.ts';
import type { RectoApp } from '../recto-app.ts';
import type { JoinedText } from '../store/draft-desk.ts';

/**
 * Makes a text that saves itself part of the app's saving: `flush` is called whenever everything is saved (on blur, hide
 * and quit, before a run or a compile), and what the text tells shows in the one status.
 */
export async function joinSaving(app: RectoApp, flush: () => Promise<void>): Promise<JoinedText> {
  const library = await coreOf(app).library();
  return library.drafts.join(flush);
}
