import { filter, firstValueFrom } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import type { RectoApp } from './recto-app.ts';
import { createApp } from './create-app.ts';
import { createTestPlatform, STORAGES } from './test-support/test-platform.ts';
import { addChapter } from './use-cases/add-chapter.ts';
import { createBook } from './use-cases/create-book.ts';

let app: RectoApp | undefined;
afterEach(async () => app?.close());

describe.each(Object.entries(STORAGES))('the app on %s', (_name, createStorage) => {
  it('shows a new book and finds it again after it was closed', async () => {
    const platform = createTestPlatform({ storage: createStorage() });
    app = await createApp(platform);
    const { bookId } = await createBook(app, { title: 'The Keeper', author: 'A. Writer' });
    await addChapter(app, bookId, { title: 'Dusk' });
    const book = await firstValueFrom(app.observeBook(bookId).pipe(filter((view) => view?.chapters.length === 2)));
    expect(book?.chapters.map(({ title }) => title)).toEqual(['Chapter 1', 'Dusk']);
    const session = await app.openDraft(book!.chapters[1]!.draftId);
    session.changed(() => 'The keeper climbed the stairs.');
    await session.flush();
    const counted = await firstValueFrom(app.observeBook(bookId).pipe(filter((view) => view?.words === 5)));
    expect(counted?.chapters[1]?.words).toBe(5);
    await app.close();

    app = await createApp(platform);
    const [summary] = await firstValueFrom(app.books$.pipe(filter((books) => books.length > 0)));
    expect(summary).toMatchObject({ id: bookId, title: 'The Keeper', author: 'A. Writer', words: 5, chapterCount: 2 });
    const again = await app.openDraft(book!.chapters[1]!.draftId);
    expect(again.initialText).toBe('The keeper climbed the stairs.');
  });
});
