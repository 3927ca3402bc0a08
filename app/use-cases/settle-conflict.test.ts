import { firstValueFrom } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { USER_INPUT } from '#schemas/blob.ts';
import type { BookV1, SnapshotV1 } from '#schemas/generated/types.ts';
import { coreOf } from '../app-core.ts';
import { createApp } from '../create-app.ts';
import type { RectoApp } from '../recto-app.ts';
import { readKept } from '../store/history/read-kept.ts';
import type { Library } from '../store/library.ts';
import { createTestPlatform } from '../test-support/test-platform.ts';
import { addChapter } from './add-chapter.ts';
import { createBook } from './create-book.ts';
import { settleConflict } from './settle-conflict.ts';
import { updateBook } from './update-book.ts';

let app: RectoApp;
let library: Library;
let bookId: string;

const book = async (): Promise<BookV1> => (await library.blobs.get(bookId))!.data as unknown as BookV1;

async function addSide(reason: SnapshotV1['reason'], content: BookV1): Promise<void> {
  const data: SnapshotV1 = { of_schema_id: 'book-v1', of_version: 2, reason, conflict_id: 'c', content: { ...content } };
  await library.blobs.insert([{ id: `conflict-c-${reason}`, user_id: library.userId, processor_id: USER_INPUT, schema_id: 'snapshot-v1', parent_id: bookId, data: { ...data } }]);
}

beforeEach(async () => {
  app = await createApp(createTestPlatform());
  library = await coreOf(app).library();
  ({ bookId } = await createBook(app, { title: 'Lamp', author: 'A' }));
  const merged = await book();
  await addSide('conflict-mine', { ...merged, title: 'My lamp', style_notes: 'Mine.', chapters: merged.chapters.map((chapter) => ({ ...chapter, title: 'My first' })) });
  await addSide('conflict-theirs', { ...merged, title: 'Their lamp' });
});

afterEach(() => app.close());

describe('a conflict of a book’s title page', () => {
  it('is settled by one side’s; what stood there is kept, and chapters are as they were merged', async () => {
    const chapterId = await addChapter(app, bookId, { title: 'Written since' });
    await updateBook(app, bookId, { styleNotes: 'Notes that were written after the merge.' });
    const [conflict] = await firstValueFrom(app.conflicts$);
    await settleConflict(app, conflict!.id, 'mine');
    expect(await book()).toMatchObject({ title: 'My lamp', style_notes: 'Mine.', chapters: [{ title: 'My first' }, { id: chapterId, title: 'Written since' }] });
    expect(await firstValueFrom(app.conflicts$)).toEqual([]);
    const kept = (await library.blobs.find('parent_id', bookId)).filter(({ data }) => data['reason'] === 'restore');
    expect(kept).toHaveLength(1);
    expect(await readKept(library.blobs, kept[0]!)).toMatchObject({ title: 'Lamp', style_notes: 'Notes that were written after the merge.' });
  });

  it('is open again after undo, which leaves what was changed since', async () => {
    const [conflict] = await firstValueFrom(app.conflicts$);
    const { undo } = await settleConflict(app, conflict!.id, 'theirs');
    await updateBook(app, bookId, { author: 'Another', styleNotes: 'Written since.' });
    await undo();
    expect(await book()).toMatchObject({ title: 'Lamp', author: 'Another', style_notes: 'Written since.', chapters: [{ title: 'Chapter 1' }] });
    expect(await firstValueFrom(app.conflicts$)).toHaveLength(1);
  });
});
