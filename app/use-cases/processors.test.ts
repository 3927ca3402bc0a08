import { filter, firstValueFrom } from 'rxjs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createInProcessRunner } from '#processors/hosts/in-process.ts';
import { PROCESSORS } from '#processors/registry.ts';
import { createApp } from '../create-app.ts';
import type { RectoApp, ThreadItem } from '../recto-app.ts';
import { createTestPlatform } from '../test-support/test-platform.ts';
import { askAnotherGo } from './ask-another-go.ts';
import { bringBackExpansion } from './bring-back-expansion.ts';
import { clearHistory } from './clear-history.ts';
import { configureProcessor } from './configure-processor.ts';
import { createBook } from './create-book.ts';
import { editExpansion } from './edit-expansion.ts';
import { estimateBook } from './estimate-book.ts';
import { expandChapter } from './expand-chapter.ts';
import { listProcessors } from './list-processors.ts';
import { readThreadText } from './read-thread-text.ts';

let app: RectoApp;
let bookId: string;
let chapterId: string;

const expansionWhere = (test: (text: string) => boolean) => firstValueFrom(app.observeExpansion(bookId, chapterId).pipe(filter((view) => view !== null && test(view.text)))).then((view) => view!);
const threadWhere = (test: (items: ThreadItem[]) => boolean) => firstValueFrom(app.observeThread(bookId, chapterId).pipe(filter(test)));
const done = (jobId: string) => firstValueFrom(app.jobs$.pipe(filter((jobs) => jobs.some(({ id, state }) => id === jobId && state === 'done'))));

beforeEach(async () => {
  app = await createApp(
    createTestPlatform({
      runner: createInProcessRunner({ processors: PROCESSORS, aiSettings: () => ({ provider: 'built-in' }) }),
      estimateExpansion: async (chapters) => ({ passages: chapters.length, inputTokens: 100 * chapters.length, outputTokens: 250, cost: null }),
    }),
  );
  ({ bookId, chapterId } = await createBook(app, { title: 'The Keeper', author: 'A. Writer' }));
  const book = await firstValueFrom(app.observeBook(bookId).pipe(filter((one) => one?.chapters.length === 1)));
  const session = await app.openDraft(book!.chapters[0]!.draftId);
  session.changed(() => 'The keeper climbed the lighthouse stairs at dusk. Rain fell on the glass.');
  await session.close();
});
afterEach(() => app.close());

it('a processor that is off runs nothing, and says where it is turned on', async () => {
  await configureProcessor(app, 'text-expansion', { active: false });
  await expect(expandChapter(app, { bookId, chapterId })).rejects.toMatchObject({ code: 'configuration', message: expect.stringContaining('Turn it on under Processors') });
  const [expansion] = await listProcessors(app);
  expect(expansion).toMatchObject({ id: 'text-expansion', isOnDevice: true, isOnServer: null, instance: { active: false, runAt: 'device', mode: 'asked' } });
  await configureProcessor(app, 'text-expansion', { active: true, config: { style: 'formal' } });
  await done(await expandChapter(app, { bookId, chapterId }));
  expect((await expansionWhere(() => true)).blob.data.metadata?.style).toBe('formal');
  await firstValueFrom(app.observeHistory().pipe(filter((jobs) => jobs.length === 1)));
  await clearHistory(app);
  await firstValueFrom(app.observeHistory().pipe(filter((jobs) => jobs.length === 0)));
});

it('a book says what expanding it would take, before it is asked for', async () => {
  expect(await estimateBook(app, bookId)).toEqual({ chapters: 1, fresh: 0, empty: 0, runAt: 'device', provider: 'built-in', usage: { passages: 1, inputTokens: 100, outputTokens: 250, cost: null } });
  await done(await expandChapter(app, { bookId, chapterId }));
  expect(await estimateBook(app, bookId)).toMatchObject({ chapters: 0, fresh: 1 });
});

it('a thread has the draft, the wishes and what came of them, in order; an older expansion is brought back without loss', async () => {
  await done(await expandChapter(app, { bookId, chapterId }));
  const first = await expansionWhere(() => true);
  await editExpansion(app, { bookId, chapterId, text: `${first.text}\n\nHe sang.` });
  await expansionWhere((text) => text.includes('He sang.'));
  await done(await askAnotherGo(app, { bookId, chapterId }, ' Slower, more rain. '));
  const thread = await threadWhere((items) => items.length === 5);
  expect(thread.map(({ kind, isCurrent }) => [kind, isCurrent])).toEqual(expect.arrayContaining([['draft', true], ['expansion', false], ['edit', false], ['instruction', false], ['expansion', true]]));
  expect(thread.find(({ kind }) => kind === 'instruction')?.text).toBe('Slower, more rain.');
  expect(await readThreadText(app, String(first.blob.id))).toBe(first.text);
  const newest = await expansionWhere((text) => text.includes('He sang.'));

  await bringBackExpansion(app, chapterId, String(first.blob.id));
  expect((await expansionWhere((text) => !text.includes('He sang.'))).text).toBe(first.text);
  const after = await threadWhere((items) => items.length === 6);
  expect(after.filter(({ isCurrent, kind }) => isCurrent && kind !== 'draft')).toMatchObject([{ kind: 'edit' }]);
  expect(await readThreadText(app, String(newest.blob.id))).toBe(newest.text);
  await bringBackExpansion(app, chapterId, String(newest.blob.id));
  expect((await expansionWhere((text) => text.includes('He sang.'))).text).toBe(newest.text);
});
