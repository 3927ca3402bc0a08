import { firstValueFrom } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Blob } from '#schemas/blob.ts';
import { emptyBlob } from '#processors/contract/emptied.ts';
import { coreOf } from '../app-core.ts';
import { createApp } from '../create-app.ts';
import type { RectoApp } from '../recto-app.ts';
import { readBook } from '../store/change-book.ts';
import { readKept } from '../store/history/read-kept.ts';
import type { Library } from '../store/library.ts';
import { readPitch } from '../store/pitch-head.ts';
import { createTestPlatform } from '../test-support/test-platform.ts';
import { addChapter } from './add-chapter.ts';
import { createBook } from './create-book.ts';
import { deleteBook } from './delete-book.ts';
import { deleteChapter } from './delete-chapter.ts';
import { nameVersion } from './name-version.ts';
import { restoreBookFromBackup } from './restore-book-from-backup.ts';
import { updateBook } from './update-book.ts';

let app: RectoApp;
let library: Library;
let bookId: string;
/** What a backup of the book holds, as main reads it. */
let backup: Blob[];

async function chaptersOf(): Promise<{ id: string; title: string; draft_blob_id: string }[]> {
  return (await readBook(library, bookId)).data.chapters;
}

async function write(draftId: string, text: string): Promise<void> {
  const session = await app.openDraft(draftId);
  session.changed(() => text);
  await session.close();
}

async function textOf(draftId: string): Promise<unknown> {
  return (await library.blobs.get(draftId))?.data['content'];
}

async function snapshotsOf(id: string): Promise<unknown[]> {
  const found = await library.blobs.find('parent_id', id);
  const snapshots = found.filter(({ schema_id }) => schema_id === 'snapshot-v1');
  return Promise.all(snapshots.map(async (snapshot) => (await readKept(library.blobs, snapshot))['content']));
}

/** Pages of one blob. */
function reading(blobs: readonly Blob[] = backup): Parameters<typeof restoreBookFromBackup>[1] {
  return {
    bookId,
    readPage: async (after) => {
      const at = after === null ? 0 : Number(after);
      return { blobs: blobs.slice(at, at + 1), next: at + 1 < blobs.length ? String(at + 1) : null };
    },
  };
}

beforeEach(async () => {
  app = await createApp(createTestPlatform());
  library = await coreOf(app).library();
  ({ bookId } = await createBook(app, { title: 'The Keeper', author: 'A. Writer' }));
  await addChapter(app, bookId, { title: 'Dusk' });
  const [first, second] = await chaptersOf();
  await write(first!.draft_blob_id, 'The lamp burnt low.');
  await write(second!.draft_blob_id, 'The sea was loud.');
  const ids = [bookId, ...(await library.idsOfConversations([first!.id, second!.id]))];
  backup = [...(await library.blobs.getMany(ids)).values()];
});
afterEach(async () => app.close());

describe('restoring a book from a backup', () => {
  it('brings back what is gone for good, with its history', async () => {
    const [, second] = await chaptersOf();
    await nameVersion(app, { bookId, chapterId: second!.id, name: 'First' });
    const ids = await library.idsOfConversations([second!.id]);
    const whole = [...backup.filter(({ id }) => !ids.includes(id)), ...(await library.blobs.getMany(ids)).values()];
    await deleteChapter(app, bookId, second!.id);
    await library.blobs.changeMany(ids, (blob) => emptyBlob(blob));
    await restoreBookFromBackup(app, reading(whole));
    expect(await textOf(second!.draft_blob_id)).toBe('The sea was loud.');
    expect((await library.blobs.find('conversation_id', second!.id)).map(({ tags }) => tags)).toEqual(ids.map(() => []));
    expect(await snapshotsOf(second!.draft_blob_id)).toContain('The sea was loud.');
    // Deleted once more, it can come back once more.
    await deleteChapter(app, bookId, second!.id);
    expect((await firstValueFrom(app.observeTrash())).map(({ title }) => title)).toEqual(['Dusk']);
  });

  it('gives each text its state, keeps what it replaces, and leaves what is the same alone', async () => {
    const [first, second] = await chaptersOf();
    await write(first!.draft_blob_id, 'All of it rewritten.');
    const versionBefore = (await library.blobs.get(second!.draft_blob_id))!.version;
    const steps: number[] = [];
    const { changed } = await restoreBookFromBackup(app, reading(), { onProgress: ({ done }) => steps.push(done) });
    expect(changed).toBe(1);
    expect(await textOf(first!.draft_blob_id)).toBe('The lamp burnt low.');
    expect(await snapshotsOf(first!.draft_blob_id)).toEqual(['All of it rewritten.']);
    expect((await library.blobs.get(second!.draft_blob_id))!.version).toBe(versionBefore);
    expect(steps).toEqual(steps.toSorted((a, b) => a - b));
  });

  it('is in an open editor at once, and is taken back by undo', async () => {
    const [first] = await chaptersOf();
    await write(first!.draft_blob_id, 'All of it rewritten.');
    const session = await app.openDraft(first!.draft_blob_id);
    const texts: string[] = [];
    session.external$.subscribe((text) => texts.push(text));
    const { undo } = await restoreBookFromBackup(app, reading());
    await session.flush();
    expect(texts.at(-1)).toBe('The lamp burnt low.');
    await undo();
    expect(await textOf(first!.draft_blob_id)).toBe('All of it rewritten.');
  });

  it('keeps what was written while it was about to write, and undo brings that back', async () => {
    const [first] = await chaptersOf();
    const { draft_blob_id: id } = first!;
    await write(id, 'All of it rewritten.');
    const { insert } = library.blobs;
    library.blobs.insert = async (blobs) => {
      library.blobs.insert = insert;
      await write(id, 'All of it rewritten, and more.');
      return insert(blobs);
    };
    const { undo } = await restoreBookFromBackup(app, reading());
    expect(await textOf(id)).toBe('The lamp burnt low.');
    expect((await snapshotsOf(id)).at(-1)).toBe('All of it rewritten, and more.');
    await undo();
    expect(await textOf(id)).toBe('All of it rewritten, and more.');
  });

  it('keeps chapters that were added since, at the end, and brings back those that were deleted', async () => {
    const [first, second] = await chaptersOf();
    await deleteChapter(app, bookId, first!.id);
    await addChapter(app, bookId, { title: 'Dawn' });
    await updateBook(app, bookId, { title: 'Another title' });
    const { undo } = await restoreBookFromBackup(app, reading());
    expect((await chaptersOf()).map(({ title }) => title)).toEqual([first!.title, second!.title, 'Dawn']);
    expect((await readBook(library, bookId)).data.title).toBe('The Keeper');
    expect(await textOf(first!.draft_blob_id)).toBe('The lamp burnt low.');
    await undo();
    expect((await chaptersOf()).map(({ title }) => title)).toEqual([second!.title, 'Dawn']);
  });

  it('brings back a book that was deleted, and one that this library never had', async () => {
    const [first] = await chaptersOf();
    await deleteBook(app, bookId);
    expect((await restoreBookFromBackup(app, reading())).changed).toBe(backup.length);
    expect(await textOf(first!.draft_blob_id)).toBe('The lamp burnt low.');
    expect((await library.blobs.get(bookId))!.tags).toEqual([]);

    const other = await createApp(createTestPlatform());
    try {
      const theirs = backup.map((blob): Blob => ({ ...blob, user_id: 'someone-else', future_field: 1 }));
      expect((await restoreBookFromBackup(other, reading(theirs))).changed).toBe(backup.length);
      const there = await coreOf(other).library();
      expect(await there.blobs.get(first!.draft_blob_id)).toMatchObject({ user_id: 'local', data: { content: 'The lamp burnt low.' }, version: 1, future_field: 1 });
      expect((await readBook(there, bookId)).data.chapters).toHaveLength(2);
    } finally {
      await other.close();
    }
  });

  it('hides an expansion that was made since, so that the older one shows, and undo brings it back', async () => {
    const [first] = await chaptersOf();
    const [, later] = await library.blobs.insert(
      ['older', 'later'].map((id) => ({
        id, user_id: 'local', processor_id: 'text-expansion', schema_id: 'expanded-text-v1', parent_id: first!.draft_blob_id, conversation_id: first!.id,
        data: { original: 'The lamp burnt low.', expanded: `The lamp, ${id}.`, expansion_ratio: 1, passages: [] },
      })),
    );
    backup = backup.concat((await library.blobs.get('older'))!);
    const { undo } = await restoreBookFromBackup(app, reading());
    expect((await library.blobs.get('later', { deleted: true }))).toMatchObject({ deleted: true, data: later!.data });
    expect((await library.blobs.get('older'))!.version).toBe(1);
    await undo();
    expect((await library.blobs.get('later'))!.deleted).toBe(false);
  });

  it('changes nothing when it is cancelled, when the backup has no such book, and when a text of it is not one', async () => {
    const [first] = await chaptersOf();
    await write(first!.draft_blob_id, 'All of it rewritten.');
    const before = await library.blobs.find('schema_id', 'text-input-v2');
    await expect(restoreBookFromBackup(app, reading(), { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
    await expect(restoreBookFromBackup(app, reading(backup.filter(({ id }) => id !== bookId)))).rejects.toMatchObject({ code: 'not_found' });
    const spoilt = backup.map((blob): Blob => (blob.id === first!.draft_blob_id ? { ...blob, data: { content: 7 } } : blob));
    await expect(restoreBookFromBackup(app, reading(spoilt))).rejects.toMatchObject({ code: 'schema_violation' });
    expect(await library.blobs.find('schema_id', 'text-input-v2')).toEqual(before);
  });

  it('shows the pitch that the backup holds, and keeps a later one in its tombstone', async () => {
    const pitch = (id: string, text: string, parent: string) => ({
      id, user_id: 'local', processor_id: 'user-input', schema_id: 'pitch-v1', parent_id: parent,
      data: { parts: [{ kind: 'logline', sentences: [{ text, chapter_ids: [], origin: 'author' }] }], metadata: { provider: 'built-in', book_id: bookId } },
    });
    await library.blobs.insert([pitch('pitch-1', 'A keeper waits.', bookId)]);
    backup.push((await library.blobs.get('pitch-1'))!);
    await library.blobs.insert([pitch('pitch-2', 'Something else.', 'pitch-1')]);
    const shown = async (): Promise<unknown> => (await readPitch(library.blobs, bookId))?.data.parts[0]?.sentences[0]?.text;
    expect(await shown()).toBe('Something else.');
    const { undo } = await restoreBookFromBackup(app, reading());
    expect(await shown()).toBe('A keeper waits.');
    expect(await library.blobs.get('pitch-2', { deleted: true })).toMatchObject({ deleted: true });
    await undo();
    expect(await shown()).toBe('Something else.');
  });

  it('leaves the pitch alone where the backup has none', async () => {
    const data = { parts: [{ kind: 'logline', sentences: [{ text: 'A keeper waits.', chapter_ids: [] }] }], metadata: { provider: 'built-in', book_id: bookId } };
    await library.blobs.insert([{ id: 'pitch-1', user_id: 'local', processor_id: 'user-input', schema_id: 'pitch-v1', parent_id: bookId, data }]);
    await restoreBookFromBackup(app, reading());
    expect((await readPitch(library.blobs, bookId))?.id).toBe('pitch-1');
  });
});
