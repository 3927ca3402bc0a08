import { RectoError } from '#schemas/errors.ts';
import { coreOf } from '../app-core.ts';
import type { RectoApp } from '../recto-app.ts';
import { findBookWork } from '../store/find-book-work.ts';

/**
 * Saves the drafts and expands every chapter of a book that is not fresh, one after the other. One that fails doesn't
 * stop the rest; after a restart the run goes on where it was, and what a provider had answered is not asked again.
 * @returns the run's id (bookRuns$ tells how it goes)
 * @throws RectoError not_found, input_invalid (nothing is to be grown), already_exists (it runs), storage_full, storage_failed
 */
export async function expandBook(app: RectoApp, bookId: string): Promise<string> {
  const library = await coreOf(app).library();
  await library.drafts.flush();
  const { chapters } = await findBookWork(library, bookId);
  if (chapters.length === 0) throw new RectoError('input_invalid', 'Nothing is to be grown: every chapter with words in it has an expansion that is level with its draft.');
  return library.runs.start(bookId, chapters.map(({ chapterId }) => chapterId));
}
