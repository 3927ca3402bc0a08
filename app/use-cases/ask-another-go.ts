import { USER_INPUT } from '#schemas/blob.ts';
import { coreOf } from '../app-core.ts';
import type { RectoApp } from '../recto-app.ts';
import { readChapter } from '../store/change-book.ts';
import { expandChapter } from './expand-chapter.ts';

/**
 * Another go at a whole chapter, with a wish: 'slower, more rain'. The wish is kept in the chapter's thread; what the
 * author wrote or kept in the expansion stays as it is.
 * @returns the job's id
 * @throws RectoError not_found, configuration, input_invalid (nothing is written yet), storage_full, storage_failed
 */
export async function askAnotherGo(app: RectoApp, place: { bookId: string; chapterId: string }, instruction: string): Promise<string> {
  const library = await coreOf(app).library();
  const wish = instruction.trim();
  const { chapter } = await readChapter(library, place.bookId, place.chapterId);
  const jobId = await expandChapter(app, { ...place, again: true, ...(wish && { instruction: wish }) });
  if (wish) {
    await library.blobs.insert([
      {
        id: app.platform.newId(),
        user_id: library.userId,
        processor_id: USER_INPUT,
        schema_id: 'note-v1',
        data: { content: wish, kind: 'instruction' },
        parent_id: chapter.draft_blob_id,
        conversation_id: chapter.id,
      },
    ]);
  }
  return jobId;
}
