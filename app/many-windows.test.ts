import { filter, firstValueFrom } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createInProcessRunner } from '#processors/hosts/in-process.ts';
import { PROCESSORS } from '#processors/registry.ts';
import { createApp } from './create-app.ts';
import type { RectoApp } from './recto-app.ts';
import { createMemoryStorage, createTestPlatform } from './test-support/test-platform.ts';
import { createBook } from './use-cases/create-book.ts';
import { expandChapter } from './use-cases/expand-chapter.ts';

const DRAFT = 'The keeper climbed the lighthouse stairs at dusk.\n\nNobody had come since March.';

/** Windows on one disk, as tabs of a browser are. */
function createWindows() {
  const storage = createMemoryStorage();
  let opened = 0;
  return async (): Promise<RectoApp> => {
    opened += 1;
    const runner = createInProcessRunner({ processors: PROCESSORS, aiSettings: () => ({ provider: 'built-in' }) });
    // RxDB lets a database be open once for each storage of a name; the state behind it is one.
    return createApp(createTestPlatform({ storage: { ...storage, name: `${storage.name}-${opened}` }, manyWindows: true, runner }));
  };
}

describe('two windows on one library', () => {
  let first: RectoApp;
  let second: RectoApp;
  beforeEach(async () => {
    const openWindow = createWindows();
    first = await openWindow();
    second = await openWindow();
  });
  afterEach(async () => {
    await Promise.all([first.close(), second.close()]);
  });

  const draftOf = async (app: RectoApp, bookId: string): Promise<string> =>
    (await firstValueFrom(app.observeBook(bookId).pipe(filter((book) => book !== null)))).chapters[0]!.draftId;

  it('show each other’s books, and merge what is typed in both', async () => {
    const { bookId } = await createBook(first, { title: 'The Keeper', author: '' });
    await firstValueFrom(second.books$.pipe(filter((books) => books.some(({ id }) => id === bookId))));
    const draftId = await draftOf(second, bookId);
    const here = await first.openDraft(draftId);
    here.changed(() => DRAFT);
    await here.flush();
    const there = await second.openDraft(draftId);
    expect(there.initialText).toBe(DRAFT);
    there.changed(() => `${DRAFT} Typed there.`);
    const arrived = firstValueFrom(here.external$);
    await there.flush();
    expect(await arrived).toBe(`${DRAFT} Typed there.`);
    await firstValueFrom(first.observeBook(bookId).pipe(filter((book) => book?.words === 15)));
  });

  it('run a job once, whichever asks for it, and the one that stays takes over', async () => {
    const { bookId, chapterId } = await createBook(first, { title: 'The Keeper', author: '' });
    const draftId = await draftOf(first, bookId);
    const session = await first.openDraft(draftId);
    session.changed(() => DRAFT);
    await session.close();
    const jobId = await expandChapter(second, { bookId, chapterId });
    for (const app of [first, second]) {
      await firstValueFrom(app.jobs$.pipe(filter((jobs) => jobs.some(({ id, state }) => id === jobId && state === 'done'))));
      await firstValueFrom(app.observeExpansion(bookId, chapterId).pipe(filter((view) => view !== null)));
    }
    await first.close();
    const views: unknown[] = [];
    second.observeExpansion(bookId, chapterId).subscribe((view) => views.push(view?.blob.id));
    const again = await expandChapter(second, { bookId, chapterId, again: true });
    await firstValueFrom(second.jobs$.pipe(filter((jobs) => jobs.some(({ id, state }) => id === again && state === 'done'))));
    await firstValueFrom(second.observeExpansion(bookId, chapterId).pipe(filter((view) => view !== null && !views.slice(0, 1).includes(view.blob.id))));
    expect(new Set(views).size).toBeGreaterThan(1);
  });
});
