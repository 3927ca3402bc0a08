import { isBlobOf, USER_INPUT, type Blob } from '#schemas/blob.ts';
import { RectoError } from '#schemas/errors.ts';
import type { RectoApp } from '../../recto-app.ts';
import type { Library } from '../library.ts';
import { findHeadId } from '../observe-expansion.ts';

/**
 * Makes an earlier expansion what its chapter shows: a new blob of the author's over the one that stands, which stays.
 * @param parentId the expansion that it is one of
 * @returns `undo` shows again what was shown; where the new one was edited since, that stays in the history
 * @throws RectoError not_found, storage_full, storage_failed
 */
export async function replaceExpansion(app: RectoApp, library: Library, { chapterId }: { chapterId: string }, older: Blob, parentId: string | undefined): Promise<{ undo(): Promise<void> }> {
  const { blobs, drafts, history } = library;
  const headId = await findHeadId(library, chapterId);
  const head = headId === null ? null : await blobs.get(headId);
  if (!head || !isBlobOf(head, 'expanded-text-v1') || !isBlobOf(older, 'expanded-text-v1')) {
    throw new RectoError('not_found', 'This chapter has no expansion any more. Your draft is as it was; expand it to get a new one.');
  }
  const put = (data: Blob<'expanded-text-v1'>['data'], over: Blob, parent: string): Promise<Blob[]> =>
    blobs.insert([
      {
        id: app.platform.newId(),
        user_id: library.userId,
        processor_id: USER_INPUT,
        schema_id: 'expanded-text-v1',
        data: { ...data, metadata: { ...data.metadata, based_on: over.id } },
        parent_id: parent,
        conversation_id: chapterId,
      },
    ]);
  await history.keep(head, { reason: 'restore' });
  // Its own parent may be gone: then it stands under the one that it replaces.
  const parent = parentId !== undefined && (await blobs.get(parentId)) ? parentId : head.id;
  const [made] = await drafts.track(() => put(older.data, head, parent));
  return {
    async undo() {
      await drafts.flush();
      const now = await blobs.get(made!.id);
      if (!now) return;
      await history.keep(now, { reason: 'restore' });
      await drafts.track(() => put(head.data, now, head.id));
    },
  };
}
