import { coreOf } from '../app-core.ts';
import type { RectoApp } from '../recto-app.ts';
import { findVersion } from '../store/history/find-version.ts';
import { readKept, textOfContent } from '../store/history/read-kept.ts';
import type { VersionPlace } from '../store/history/find-version.ts';

/**
 * What a version of a chapter says.
 * @throws RectoError not_found, storage_damaged (it can't be read), storage_failed
 */
export async function readVersion(app: RectoApp, place: VersionPlace): Promise<{ text: string }> {
  const library = await coreOf(app).library();
  await library.drafts.flush();
  return { text: textOfContent(await readKept(library.blobs, await findVersion(library, place))) };
}
