import { isBlobOf, USER_INPUT, type Blob } from '#schemas/blob.ts';
import { RectoError } from '#schemas/errors.ts';
import type { ExpandedTextV1, SnapshotV1 } from '#schemas/generated/types.ts';
import type { RectoApp } from '../recto-app.ts';
import type { NewBlob } from './blob-store.ts';
import { carryToRival } from './carry-edits.ts';
import { readChapter } from './change-book.ts';
import { contentOf } from './draft-content.ts';
import { changeKept } from './history/change-kept.ts';
import type { Library } from './library.ts';
import { inHeadTurn } from './head-turn.ts';
import { findHeadId } from './observe-expansion.ts';

type Change = (expansion: ExpandedTextV1, draftText: string) => ExpandedTextV1;

interface ChangeOptions {
  /** Keep what the author's own blob holds before the change, and why; else it is kept as the author's pace of writing wants it. */
  keep?: SnapshotV1['reason'];
}

/**
 * Changes what a chapter shows as its expansion, by the author's hand: the author's own blob in place, a processor's by
 * a new blob over it.
 * @throws RectoError not_found
 */
export async function changeHead(
  app: RectoApp,
  library: Library,
  place: { bookId: string; chapterId: string },
  change: Change,
  options: ChangeOptions = {},
): Promise<void> {
  await inHeadTurn(library.blobs, () => changeNow(app, library, place, change, options));
}

async function changeNow(app: RectoApp, library: Library, { bookId, chapterId }: { bookId: string; chapterId: string }, change: Change, options: ChangeOptions): Promise<void> {
  await library.drafts.flushDrafts();
  const { chapter } = await readChapter(library, bookId, chapterId);
  const headId = await findHeadId(library, chapterId);
  const found = await library.blobs.getMany(headId === null ? [] : [headId, chapter.draft_blob_id]);
  const head = headId === null ? undefined : found.get(headId);
  const draft = found.get(chapter.draft_blob_id);
  if (!head || !draft || !isBlobOf(head, 'expanded-text-v1')) {
    throw new RectoError('not_found', 'This chapter has no expansion any more. Your draft is as it was; expand it to get a new one.');
  }
  const draftText = contentOf(draft);
  if (change(head.data, draftText) === head.data) return;
  if (head.processor_id !== USER_INPUT) {
    const [made] = await library.blobs.insert([authorsBlob(app, library, head, change(head.data, draftText))]);
    return carryToRival(library.blobs, head, made!);
  }
  const changed = (stored: Blob): Blob | null => (isBlobOf(stored, 'expanded-text-v1') ? { ...stored, data: { ...change(stored.data, draftText) } } : null);
  if (!options.keep) await library.history.beforeEdit(head.id);
  const written = options.keep ? await changeKept(library, head.id, options.keep, changed) : await library.blobs.change(head.id, changed);
  await carryToRival(library.blobs, head, written);
}

function authorsBlob(app: RectoApp, library: Library, over: Blob & Blob<'expanded-text-v1'>, data: ExpandedTextV1): NewBlob {
  return {
    id: app.platform.newId(),
    user_id: library.userId,
    processor_id: USER_INPUT,
    schema_id: 'expanded-text-v1',
    data: { ...data },
    parent_id: over.id,
    ...(over.conversation_id !== undefined && { conversation_id: over.conversation_id }),
  };
}
