import { isBlobOf, USER_INPUT, type Blob } from '#schemas/blob.ts';
import { RectoError } from '#schemas/errors.ts';
import type { RectoApp } from '../../recto-app.ts';
import { inHeadTurn } from '../head-turn.ts';
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
  const put = async (data: Blob<'expanded-text-v1'>['data'], over: Blob, parentOf: (over: Blob) => string): Promise<Blob> => {
    await history.keep(over, { reason: 'restore' });
    const [made] = await blobs.insert([
      {
        id: app.platform.newId(),
        user_id: library.userId,
        processor_id: USER_INPUT,
        schema_id: 'expanded-text-v1',
        data: { ...data, metadata: { ...data.metadata, based_on: over.id } },
        parent_id: parentOf(over),
        conversation_id: chapterId,
      },
    ]);
    return made!;
  };
  // Its own parent may be gone: then it stands under the one that it replaces.
  const isParentHere = parentId !== undefined && (await blobs.get(parentId)) !== null;
  const { head, made } = await drafts.track(() =>
    inHeadTurn(blobs, async () => {
      const shown = await readHead(library, chapterId);
      if (!shown || !isBlobOf(older, 'expanded-text-v1')) throw new RectoError('not_found', 'This chapter has no expansion any more. Your draft is as it was; expand it to get a new one.');
      return { head: shown, made: await put(older.data, shown, ({ id }) => (isParentHere ? parentId : id)) };
    }),
  );
  return {
    async undo() {
      await drafts.flush();
      await drafts.track(() =>
        inHeadTurn(blobs, async () => {
          if (!(await blobs.get(made.id))) return;
          // What was grown or written over it meanwhile stays under it, in the history.
          const shown = await readHead(library, chapterId);
          if (shown) await put(head.data, shown, () => head.id);
        }),
      );
    },
  };
}

async function readHead(library: Library, chapterId: string): Promise<(Blob & Blob<'expanded-text-v1'>) | null> {
  const headId = await findHeadId(library, chapterId);
  const head = headId === null ? null : await library.blobs.get(headId);
  return head && isBlobOf(head, 'expanded-text-v1') ? head : null;
}
