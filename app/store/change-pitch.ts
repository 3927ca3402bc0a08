import type { ChapterHashes } from '#processors/contract/pitch.ts';
import { isBlobOf, USER_INPUT } from '#schemas/blob.ts';
import { RectoError } from '#schemas/errors.ts';
import type { PitchV1 } from '#schemas/generated/types.ts';
import type { RectoApp } from '../recto-app.ts';
import { readBook } from './change-book.ts';
import { readChapterTexts, toHashes } from './chapter-hashes.ts';
import type { Library } from './library.ts';
import { settlePitch } from './pitch-head.ts';

type Change = (pitch: PitchV1, today: ChapterHashes, language: string | undefined) => PitchV1;

/** One change at a time, so that two in a row don't each make a blob over the same one. */
const lastChange = new WeakMap<Library, Promise<unknown>>();

/**
 * Changes a book's pitch by the author's hand: the author's own blob in place, a processor's by a new blob over it.
 * @throws RectoError not_found, storage_full, storage_failed
 */
export async function changePitch(app: RectoApp, library: Library, bookId: string, change: Change): Promise<void> {
  const before = lastChange.get(library) ?? Promise.resolve();
  const run = before.then(() => changeNow(app, library, bookId, change));
  lastChange.set(library, run.catch(() => undefined));
  await run;
}

async function changeNow(app: RectoApp, library: Library, bookId: string, change: Change): Promise<void> {
  await library.drafts.flushDrafts();
  const book = await readBook(library, bookId);
  const head = await settlePitch(library.blobs, bookId, app.platform.clock.now());
  if (!head) throw new RectoError('not_found', 'This book has no pitch any more. Make one, then change it.');
  const { language } = book.data;
  const today = toHashes(await readChapterTexts(library, book.data));
  const data = change(head.data, today, language);
  if (data === head.data) return;
  if (head.processor_id !== USER_INPUT) {
    const own = { id: app.platform.newId(), user_id: library.userId, processor_id: USER_INPUT, schema_id: 'pitch-v1', data: { ...data }, parent_id: head.id };
    await library.blobs.insert([own]);
    return;
  }
  await library.blobs.change(head.id, (stored) => {
    if (!isBlobOf(stored, 'pitch-v1')) return null;
    const next = change(stored.data, today, language);
    return next === stored.data ? null : { ...stored, data: { ...next } };
  });
}
