import * as fc from 'fast-check';
import { filter, firstValueFrom } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { coreOf } from '../app-core.ts';
import { createApp } from '../create-app.ts';
import type { BookView, RectoApp } from '../recto-app.ts';
import { createTestPlatform, STORAGES } from '../test-support/test-platform.ts';
import { addChapter } from './add-chapter.ts';
import { createBook } from './create-book.ts';
import { deleteBook } from './delete-book.ts';
import { deleteChapter } from './delete-chapter.ts';
import { moveChapter } from './move-chapter.ts';
import { renameChapter } from './rename-chapter.ts';
import { restoreBook } from './restore-book.ts';
import { setEdition } from './set-edition.ts';
import { updateBook } from './update-book.ts';

describe.each(Object.entries(STORAGES))('books on %s', (_name, createStorage) => {
  let app: RectoApp;
  let bookId: string;
  beforeEach(async () => {
    app = await createApp(createTestPlatform({ storage: createStorage() }));
    ({ bookId } = await createBook(app, { title: ' The Keeper ', author: 'A. Writer', language: 'en-GB' }));
  });
  afterEach(async () => app.close());

  const viewWhere = (test: (view: BookView) => boolean): Promise<BookView> =>
    firstValueFrom(app.observeBook(bookId).pipe(filter((view): view is BookView => view !== null && test(view))));
  const titles = async (): Promise<string[]> => (await viewWhere(() => true)).chapters.map(({ title }) => title);

  async function write(draftId: string, text: string): Promise<void> {
    const session = await app.openDraft(draftId);
    session.changed(() => text);
    await session.close();
  }

  async function addWritten(title: string): Promise<string> {
    const chapterId = await addChapter(app, bookId, { title });
    const view = await viewWhere(({ chapters }) => chapters.some(({ id }) => id === chapterId));
    await write(view.chapters.find(({ id }) => id === chapterId)!.draftId, `Words of ${title}`);
    return chapterId;
  }

  it('begin with one empty chapter', async () => {
    const view = await viewWhere(() => true);
    expect(view).toMatchObject({ title: 'The Keeper', author: 'A. Writer', language: 'en-GB', styleNotes: '', words: 0 });
    expect(view.chapters).toMatchObject([{ title: 'Chapter 1', words: 0, edition: 'draft', mark: null }]);
  });

  it('are changed at their title page and keep the rest', async () => {
    await updateBook(app, bookId, { title: 'The Light', styleNotes: 'Terse. Rain.' });
    expect(await viewWhere(({ title }) => title === 'The Light')).toMatchObject({ author: 'A. Writer', language: 'en-GB', styleNotes: 'Terse. Rain.' });
  });

  it('have chapters that are added, renamed, moved and set to an edition', async () => {
    const first = (await viewWhere(() => true)).chapters[0]!.id;
    const dusk = await addChapter(app, bookId, { title: 'Dusk' });
    const between = await addChapter(app, bookId, { afterId: first });
    await renameChapter(app, bookId, between, 'Noon');
    expect(await titles()).toEqual(['Chapter 1', 'Noon', 'Dusk']);
    await moveChapter(app, bookId, dusk, 0);
    expect(await titles()).toEqual(['Dusk', 'Chapter 1', 'Noon']);
    await setEdition(app, bookId, dusk, 'expansion');
    expect((await viewWhere(() => true)).chapters[0]).toMatchObject({ edition: 'expansion' });
  });

  it('lose a chapter and get it back with its text in its place, also after other edits', async () => {
    const first = (await viewWhere(() => true)).chapters[0]!.id;
    const dusk = await addWritten('Dusk');
    await addWritten('Night');
    const { undo } = await deleteChapter(app, bookId, dusk);
    expect(await titles()).toEqual(['Chapter 1', 'Night']);
    await renameChapter(app, bookId, first, 'Dawn');
    await addChapter(app, bookId, { title: 'Morning' });
    await undo();
    await undo();
    expect(await titles()).toEqual(['Dawn', 'Dusk', 'Night', 'Morning']);
    const view = await viewWhere(({ words }) => words === 6);
    expect((await app.openDraft(view.chapters[1]!.draftId)).initialText).toBe('Words of Dusk');
  });

  it('keep what was typed and not yet saved when the chapter is deleted', async () => {
    const dusk = await addWritten('Dusk');
    const { draftId } = (await viewWhere(({ chapters }) => chapters.length === 2)).chapters[1]!;
    const session = await app.openDraft(draftId);
    session.changed(() => 'Typed a moment ago');
    const { undo } = await deleteChapter(app, bookId, dusk);
    await undo();
    expect((await app.openDraft(draftId)).initialText).toBe('Typed a moment ago');
  });

  it('open with what another page of the same draft has not saved yet', async () => {
    const { draftId } = (await viewWhere(() => true)).chapters[0]!;
    const leaving = await app.openDraft(draftId);
    leaving.changed(() => 'One two');
    const [, arriving] = await Promise.all([leaving.close(), app.openDraft(draftId)]);
    expect(arriving.initialText).toBe('One two');
  });

  it('are deleted and come back whole, without what had been deleted before', async () => {
    const dusk = await addWritten('Dusk');
    const night = await addWritten('Night');
    const { undo } = await deleteChapter(app, bookId, night);
    await deleteBook(app, bookId);
    expect(await firstValueFrom(app.books$.pipe(filter((books) => !books.some(({ id }) => id === bookId))))).toBeDefined();
    expect(await firstValueFrom(app.observeBook(bookId))).toBeNull();
    const library = await coreOf(app).library();
    expect(await library.blobs.find('conversation_id', dusk)).toEqual([]);
    await restoreBook(app, bookId);
    expect(await titles()).toEqual(['Chapter 1', 'Dusk']);
    expect(await library.blobs.find('conversation_id', dusk)).toHaveLength(1);
    expect(await library.blobs.find('conversation_id', night)).toEqual([]);
    await undo();
    expect(await titles()).toEqual(['Chapter 1', 'Dusk', 'Night']);
  });

  it('say what is wrong when they are not there', async () => {
    await deleteBook(app, bookId);
    await expect(addChapter(app, bookId)).rejects.toMatchObject({ code: 'not_found' });
    await expect(updateBook(app, bookId, { title: 'X' })).rejects.toMatchObject({ code: 'not_found' });
    await expect(app.openDraft('nothing')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('refuse a title that no server would take, and stay as they are', async () => {
    await expect(updateBook(app, bookId, { title: 'x'.repeat(1_001) })).rejects.toMatchObject({ code: 'schema_violation', errors: [{ path: '/title' }] });
    expect(await viewWhere(() => true)).toMatchObject({ title: 'The Keeper' });
  });

  it('show the newest written first, with their words', async () => {
    const second = await createBook(app, { title: 'Second', author: '' });
    await addWritten('Dusk');
    const books = await firstValueFrom(app.books$.pipe(filter((all) => all.some(({ id, words }) => id === bookId && words === 3))));
    const ids = books.map(({ id }) => id);
    expect(ids.indexOf(bookId)).toBeLessThan(ids.indexOf(second.bookId));
  });
});

describe('a book under any edits', () => {
  it('holds each chapter once, in the order a list would have, and undoing every deletion loses none', async () => {
    const step = fc.record({ kind: fc.constantFrom('add', 'move', 'delete', 'undo'), at: fc.nat(20), to: fc.nat(20) });
    const app = await createApp(createTestPlatform());
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 10 }), async (steps) => {
        const { bookId, chapterId } = await createBook(app, { title: 'T', author: 'A' });
        const made = [chapterId];
        let list = [chapterId];
        const undos: (() => Promise<void>)[] = [];
        const read = async (): Promise<string[]> => (await firstValueFrom(app.observeBook(bookId)))!.chapters.map(({ id }) => id);
        for (const { kind, at, to } of steps) {
          const target = list[at % Math.max(1, list.length)];
          if (kind === 'add') {
            const id = await addChapter(app, bookId, target === undefined ? {} : { afterId: target });
            made.push(id);
            list = target === undefined ? [...list, id] : list.toSpliced(list.indexOf(target) + 1, 0, id);
          } else if (kind === 'move' && target !== undefined) {
            await moveChapter(app, bookId, target, to);
            const rest = list.filter((id) => id !== target);
            list = rest.toSpliced(Math.min(to, rest.length), 0, target);
          } else if (kind === 'delete' && target !== undefined) {
            const { undo } = await deleteChapter(app, bookId, target);
            undos.push(undo);
            list = list.filter((id) => id !== target);
          } else if (kind === 'undo') {
            await undos.pop()?.();
            list = await read();
          }
          expect(await read()).toEqual(list);
        }
        for (const undo of undos.toReversed()) await undo();
        expect((await read()).toSorted()).toEqual(made.toSorted());
      }),
      { numRuns: 25 },
    );
    await app.close();
  });
});
