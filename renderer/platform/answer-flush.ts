import { filter, firstValueFrom } from 'rxjs';
import type { RectoApp } from '#app/recto-app.ts';
import { RectoError } from '#schemas/errors.ts';
import type { Desktop } from './desktop.ts';

/** The contract's longest sentence. */
const MOST_CHARACTERS = 2_000;

/**
 * Saves what is unsaved when the program is about to close the window, and tells it how that went. It is told only when
 * the words are where 'Saved' says they are.
 * @param app null where the library could not be opened: then nothing is unsaved
 */
export function answerFlush(desktop: Desktop, app: RectoApp | null): () => void {
  return desktop.on('flush', ({ flushId }) => {
    void (async () => {
      const message = app && (await save(app));
      await desktop.call('window.flushed', { flushId, saved: message === null, ...(message !== null && { message }) });
    })();
  });
}

/** @returns null when all is saved, else what is not, as a sentence */
async function save(app: RectoApp): Promise<string | null> {
  try {
    await app.flush();
  } catch (thrown) {
    return RectoError.from(thrown, 'storage_failed').message.slice(0, MOST_CHARACTERS);
  }
  const { state, message } = await firstValueFrom(app.saveStatus$.pipe(filter((status) => status.state !== 'saving')));
  return state === 'saved' ? null : (message ?? 'Your last words are not saved yet.').slice(0, MOST_CHARACTERS);
}
