import { isBlobOf, USER_INPUT } from '#schemas/blob.ts';
import { RectoError } from '#schemas/errors.ts';
import { coreOf } from '../app-core.ts';
import type { RectoApp } from '../recto-app.ts';
import { findHeadId } from '../store/observe-expansion.ts';

/**
 * Makes an older expansion what its chapter shows. Nothing is lost: it comes as a new blob of the author's over the one
 * that stood, which stays in the thread and can be brought back the same way.
 * @throws RectoError not_found, storage_full, storage_failed
 */
export async function bringBackExpansion(app: RectoApp, chapterId: string, expansionId: string): Promise<void> {
  const library = await coreOf(app).library();
  await library.drafts.flush();
  const [older, headId] = await Promise.all([library.blobs.get(expansionId), findHeadId(library, chapterId)]);
  if (!older || !isBlobOf(older, 'expanded-text-v1')) throw new RectoError('not_found', 'This expansion is no longer in the library. What the chapter shows has not changed.');
  if (older.id === headId) return;
  const { data } = older;
  await library.blobs.insert([
    {
      id: app.platform.newId(),
      user_id: library.userId,
      processor_id: USER_INPUT,
      schema_id: 'expanded-text-v1',
      data: { ...data, metadata: { ...data.metadata, ...(headId !== null && { based_on: headId }) } },
      parent_id: older.id,
      conversation_id: chapterId,
    },
  ]);
}
