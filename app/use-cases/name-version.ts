import { isBlobOf } from '#schemas/blob.ts';
import { RectoError } from '#schemas/errors.ts';
import { coreOf } from '../app-core.ts';
import type { RectoApp } from '../recto-app.ts';
import { readChapter } from '../store/change-book.ts';
import { findVersion } from '../store/history/find-version.ts';
import { findHeadId } from '../store/observe-expansion.ts';

export interface VersionName {
  bookId: string;
  chapterId: string;
  /** It has to say something. */
  name: string;
  /** None: what the chapter says now, draft and expansion. */
  versionId?: string;
}

/**
 * Gives a version a name; it never thins out from then on.
 * @throws RectoError not_found, input_invalid (no name), storage_full, storage_failed
 */
export async function nameVersion(app: RectoApp, { bookId, chapterId, versionId, ...given }: VersionName): Promise<void> {
  const name = given.name.trim();
  if (name === '') throw new RectoError('input_invalid', 'A version needs a name to be kept under. Nothing was changed.');
  const library = await coreOf(app).library();
  await library.drafts.flush();
  if (versionId !== undefined) {
    const version = await findVersion(library, { bookId, chapterId, versionId });
    if (isBlobOf(version, 'snapshot-v1')) await library.blobs.change(versionId, (kept) => ({ ...kept, data: { ...kept.data, name } }));
    else await library.history.keep(version, { reason: 'named', name });
    return;
  }
  const { chapter } = await readChapter(library, bookId, chapterId);
  const headId = await findHeadId(library, chapterId);
  const now = await library.blobs.getMany([chapter.draft_blob_id, ...(headId === null ? [] : [headId])]);
  for (const blob of now.values()) await library.history.keep(blob, { reason: 'named', name });
}
