import { filter, firstValueFrom } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { emptyBlob } from '#processors/contract/emptied.ts';
import { coreOf } from '../app-core.ts';
import { createApp } from '../create-app.ts';
import type { BookView, RectoApp, TrashItem } from '../recto-app.ts';
import { deletionTag } from '../store/change-book.ts';
import type { Library } from '../store/library.ts';
import { tidyLibrary } from '../store/tidy-library.ts';
import { createTestPlatform } from '../test-support/test-platform.ts';
import { addChapter } from './add-chapter.ts';
import { createBook } from './create-book.ts';
import { deleteBook } from './delete-book.ts';
import { deleteChapter } from './delete-chapter.ts';
import { nameVersion } from './name-version.ts';
import { readVersion } from './read-version.ts';
import { restoreFromTrash } from './restore-from-trash.ts';

const DAY = 24 * 3_600_000;

let app: RectoApp;
let library: Library;
let bookId: string;
let now: number;

const bookWhere = (test: (view: BookView) => boolean): Promise<BookView> =>
  firstValueFrom(app.observeBook(bookId).pipe(filter((view): view is BookView => view !== null && test(view))));
const titles = async (): Promise<string[]> => (await bookWhere(() => true)).chapters.map(({ title }) => title);
const trashWhere = (test: (items: TrashItem[]) => boolean): Promise<TrashItem[]> => firstValueFrom(app.observeTrash().pipe(filter(test)));
const trash = (): Promise<TrashItem[]> => trashWhere(() => true);
const tidy = (): Promise<void> => tidyLibrary({ blobs: library.blobs, state: library.state, clock: { now: () => now }, readDevice: library.history.readDevice });

async function addWritten(title: string, text: string): Promise<string> {
  const chapterId = await addChapter(app, bookId, { title });
  const { draftId } = (await bookWhere(({ chapters }) => chapters.some(({ id }) => id === chapterId))).chapters.find(({ id }) => id === chapterId)!;
  const session = await app.openDraft(draftId);
  session.changed(() => text);
  await session.close();
  return chapterId;
}

/** Days, one at a time, as a computer that is used has them. */
async function pass(days: number): Promise<void> {
  for (let day = 0; day < days; day += 10) {
    now += Math.min(10, days - day) * DAY;
    await tidy();
  }
}

beforeEach(async () => {
  now = Date.UTC(2030, 0, 1);
  app = await createApp(createTestPlatform({ clock: { now: () => now } }));
  library = await coreOf(app).library();
  ({ bookId } = await createBook(app, { title: 'Lamp', author: 'A' }));
});

afterEach(() => app.close());

describe('the trash', () => {
  it('has a chapter that was deleted, and gives it back with its history to where it stood', async () => {
    const noon = await addWritten('Noon', 'Words of noon.');
    await nameVersion(app, { bookId, chapterId: noon, name: 'First' });
    const dusk = await addWritten('Dusk', 'Words of dusk, more of them.');
    const shown = trashWhere((items) => items.length === 2);
    await deleteChapter(app, bookId, noon);
    now += DAY;
    await deleteChapter(app, bookId, dusk);
    expect(await shown).toEqual([
      { id: dusk, kind: 'chapter', title: 'Dusk', bookId, bookTitle: 'Lamp', words: 6, deletedAt: '2030-01-02T00:00:00.000Z', goneAt: '2030-04-02T00:00:00.000Z' },
      { id: noon, kind: 'chapter', title: 'Noon', bookId, bookTitle: 'Lamp', words: 3, deletedAt: expect.stringMatching(/^2030-01-01T/) as string, goneAt: expect.stringMatching(/^2030-04-01T/) as string },
    ]);
    await addChapter(app, bookId, { title: 'Night' });
    expect(await restoreFromTrash(app, { id: dusk })).toEqual({ bookId, chapterId: dusk });
    await restoreFromTrash(app, { id: noon });
    expect(await titles()).toEqual(['Chapter 1', 'Noon', 'Dusk', 'Night']);
    expect(await trash()).toEqual([]);
    const [named] = (await firstValueFrom(app.observeVersions(bookId, noon))).filter(({ name }) => name === 'First');
    expect((await readVersion(app, { bookId, chapterId: noon, versionId: named!.id })).text).toBe('Words of noon.');
    const draft = (await library.blobs.find('conversation_id', noon)).find(({ schema_id }) => schema_id === 'text-input-v2')!;
    expect([draft.tags, draft.data['metadata']]).toEqual([[], { type: 'chapter', book_id: bookId }]);
    await expect(restoreFromTrash(app, { id: noon })).rejects.toMatchObject({ code: 'not_found' });
  });

  it('gives neighbours back in their order, in whatever order they come', async () => {
    const ids = new Map<string, string>();
    for (const title of ['Noon', 'Dusk', 'Night', 'Dawn']) ids.set(title, await addWritten(title, `Words of ${title}.`));
    const whole = await titles();
    for (const gone of [['Noon', 'Dusk', 'Night'], ['Night', 'Noon', 'Dusk'], ['Dawn', 'Dusk', 'Night', 'Noon']]) {
      for (const title of gone) {
        now += 60_000;
        await deleteChapter(app, bookId, ids.get(title)!);
      }
      for (const title of gone) await restoreFromTrash(app, { id: ids.get(title)! });
      expect(await titles()).toEqual(whole);
    }
  });

  it('is followed by who looks at it, also when something is restored', async () => {
    const noon = await addWritten('Noon', 'Words of noon.');
    const seen: string[][] = [];
    const looking = app.observeTrash().subscribe((items) => seen.push(items.map(({ title }) => title)));
    await vi.waitFor(() => expect(seen.at(-1)).toEqual([]));
    await deleteChapter(app, bookId, noon);
    await vi.waitFor(() => expect(seen.at(-1)).toEqual(['Noon']));
    await restoreFromTrash(app, { id: noon });
    await vi.waitFor(() => expect(seen.at(-1)).toEqual([]));
    looking.unsubscribe();
  });

  it('has a book as one thing; a chapter that went before it stays apart, and brings the book back with it', async () => {
    const noon = await addWritten('Noon', 'Words of noon.');
    await addWritten('Dusk', 'Words of dusk.');
    await deleteChapter(app, bookId, noon);
    await deleteBook(app, bookId);
    expect((await trash()).map(({ kind, title, words }) => [kind, title, words]).toSorted()).toEqual([['book', 'Lamp', 3], ['chapter', 'Noon', 3]]);
    await restoreFromTrash(app, { id: bookId });
    expect(await titles()).toEqual(['Chapter 1', 'Dusk']);
    expect((await trash()).map(({ id }) => id)).toEqual([noon]);
    await deleteBook(app, bookId);
    await restoreFromTrash(app, { id: noon });
    expect(await titles()).toEqual(['Chapter 1', 'Noon', 'Dusk']);
  });

  it('keeps what was deleted for 90 days; then its words are gone from this computer, and nothing else’s', async () => {
    const noon = await addWritten('Noon', 'Words of noon.');
    await addWritten('Dusk', 'Words of dusk.');
    await nameVersion(app, { bookId, chapterId: noon, name: 'First' });
    await deleteChapter(app, bookId, noon);
    await tidy();
    await pass(89);
    expect(await trash()).toHaveLength(1);
    await pass(2);
    expect(await trash()).toEqual([]);
    const left = await library.blobs.find('conversation_id', noon, { deleted: true });
    expect(left.map(({ schema_id }) => schema_id).toSorted()).toEqual(['snapshot-v1', 'text-input-v2']);
    expect(JSON.stringify(left)).not.toMatch(/noon|First|deflate/i);
    await expect(restoreFromTrash(app, { id: noon })).rejects.toMatchObject({ code: 'not_found' });
    expect((await bookWhere(({ words }) => words > 0)).words).toBe(3);
  });

  it('never takes the words of a chapter that is in its book, however they came to be deleted', async () => {
    const noon = await addWritten('Noon', 'Words of noon.');
    const [draft] = (await library.blobs.find('conversation_id', noon)).filter(({ schema_id }) => schema_id === 'text-input-v2');
    await library.blobs.tombstone([draft!.id], 'somehow');
    await tidy();
    await pass(200);
    expect((await library.blobs.get(draft!.id, { deleted: true }))!.data['content']).toBe('Words of noon.');
  });

  it('is not emptied by a clock that is a year ahead for a weekend', async () => {
    await deleteChapter(app, bookId, await addWritten('Noon', 'Words of noon.'));
    await tidy();
    await pass(30);
    now += 365 * DAY;
    for (let hour = 0; hour < 48; hour += 6) {
      await tidy();
      now += DAY / 4;
    }
    expect(await trash()).toHaveLength(1);
  });

  it('keeps for 90 days here what another device deleted by a clock that was years behind', async () => {
    now = Date.now();
    await deleteChapter(app, bookId, await addWritten('Noon', 'Words of noon.'));
    const [draft] = await library.blobs.find('schema_id', 'text-input-v2', { deleted: 'only' });
    const [row] = await library.database.blobs.storageInstance.findDocumentsById([draft!.id], true);
    await library.database.blobs.storageInstance.bulkWrite([{ previous: row!, document: { ...row!, updated_at: '2020-01-01T00:00:00.000Z' } }], 'test');
    await tidy();
    await pass(80);
    expect(await trash()).toHaveLength(1);
    await pass(20);
    expect(await trash()).toEqual([]);
  });

  it('keeps the book of a chapter that is there longer', async () => {
    const noon = await addWritten('Noon', 'Words of noon.');
    await deleteBook(app, bookId);
    await tidy();
    await pass(60);
    // As another device did, which had the book still.
    const [draft] = (await library.blobs.find('conversation_id', noon, { deleted: 'only' })).filter(({ schema_id }) => schema_id === 'text-input-v2');
    await library.blobs.change(draft!.id, (blob) => ({ ...blob, tags: [...blob.tags, deletionTag(noon)] }));
    await pass(40);
    await restoreFromTrash(app, { id: noon });
    expect(await titles()).toEqual(['Chapter 1', 'Noon']);
    expect((await bookWhere(() => true)).title).toBe('Lamp');
  });

  it('gives a chapter back whose book is gone for good, in a new one', async () => {
    const noon = await addWritten('Noon', 'Words of noon.');
    await deleteChapter(app, bookId, noon);
    await library.blobs.change(bookId, (book) => emptyBlob(book));
    const restored = await restoreFromTrash(app, { id: noon });
    expect(restored.bookId).not.toBe(bookId);
    const view = await firstValueFrom(app.observeBook(restored.bookId));
    expect([view!.title, view!.chapters.map(({ title }) => title)]).toEqual(['Restored from the trash', ['Noon']]);
    expect((await library.blobs.get(view!.chapters[0]!.draftId))!.data).toEqual({ content: 'Words of noon.', metadata: { type: 'chapter', book_id: restored.bookId } });
    expect(await library.blobs.get(bookId)).toBeNull();
  });

  it('keeps what a version stands on that is kept', async () => {
    const noon = await addWritten('Noon', 'Words of noon, which are many, so that a difference to them is small. '.repeat(20));
    await nameVersion(app, { bookId, chapterId: noon, name: 'First' });
    const { draftId } = (await bookWhere(() => true)).chapters.find(({ id }) => id === noon)!;
    const session = await app.openDraft(draftId);
    session.changed(() => `${session.initialText}More.`);
    await session.close();
    await nameVersion(app, { bookId, chapterId: noon, name: 'Second' });
    const [first, second] = ['First', 'Second'].map((name) => library.blobs.find('conversation_id', noon).then((all) => all.find(({ data }) => data['name'] === name)!));
    expect((await second)!.data['packed']).toMatchObject({ keyframe: (await first)!.id });
    // As a merge may leave it: this device's version lives, and its keyframe went with the chapter on another.
    await library.blobs.tombstone([(await first)!.id], 'somehow');
    await tidy();
    await pass(200);
    expect((await readVersion(app, { bookId, chapterId: noon, versionId: (await second)!.id })).text).toContain('More.');
  });

  it('is not emptied by a clock that leaps for a while', async () => {
    const noon = await addWritten('Noon', 'Words of noon.');
    await deleteChapter(app, bookId, noon);
    await tidy();
    const right = now;
    now += 365 * DAY;
    await tidy();
    expect(await trash()).toHaveLength(1);
    now = right + DAY;
    await tidy();
    await tidy();
    expect(await trash()).toHaveLength(1);
    await pass(100);
    expect(await trash()).toEqual([]);
  });
});
