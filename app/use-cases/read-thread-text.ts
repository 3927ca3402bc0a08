import { coreOf } from '../app-core.ts';
import type { RectoApp } from '../recto-app.ts';
import { readKept, textOfContent } from '../store/history/read-kept.ts';
import { RectoError } from '#schemas/errors.ts';

/** The words of one thing in a chapter's thread. @throws RectoError not_found, storage_damaged (a snapshot that can't be read) */
export async function readThreadText(app: RectoApp, id: string): Promise<string> {
  const { blobs } = await coreOf(app).library();
  const blob = await blobs.get(id);
  if (!blob) throw new RectoError('not_found', 'This is no longer in the library.');
  return textOfContent(await readKept(blobs, blob));
}
