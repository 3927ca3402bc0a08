import { isBlobOf } from '#schemas/blob.ts';
import { coreOf } from '../app-core.ts';
import type { RectoApp } from '../recto-app.ts';
import { replaceDraft } from '../store/history/replace-draft.ts';
import { replaceExpansion } from '../store/history/replace-expansion.ts';
import { findVersion, isOfExpansion, type VersionPlace } from '../store/history/find-version.ts';
import { readKept, textOfContent } from '../store/history/read-kept.ts';

/**
 * Makes a version what its chapter says. What it replaces is kept first.
 * @returns `undo` takes it back; what was written since stays
 * @throws RectoError not_found, storage_damaged (the version can't be read), storage_full, storage_failed: nothing was changed
 */
export async function restoreVersion(app: RectoApp, place: VersionPlace): Promise<{ undo(): Promise<void> }> {
  const library = await coreOf(app).library();
  await library.drafts.flush();
  const version = await findVersion(library, place);
  const content = await readKept(library.blobs, version);
  if (!isOfExpansion(version)) return replaceDraft(library, place, () => textOfContent(content));
  return replaceExpansion(app, library, place, { ...version, schema_id: 'expanded-text-v1', data: content }, isBlobOf(version, 'snapshot-v1') ? version.parent_id : version.id);
}
