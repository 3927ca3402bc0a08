import { filter, firstValueFrom } from 'rxjs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createApp } from '#app/create-app.ts';
import type { ExpansionView, RectoApp } from '#app/recto-app.ts';
import { createTestPlatform } from '#app/test-support/test-platform.ts';
import { createBook } from '#app/use-cases/create-book.ts';
import { editExpansion } from '#app/use-cases/edit-expansion.ts';
import { expandChapter } from '#app/use-cases/expand-chapter.ts';
import { createInProcessRunner } from '#processors/hosts/in-process.ts';
import { PROCESSORS } from '#processors/registry.ts';
import { ExpansionBinding } from './expansion-binding.ts';

const DRAFT = [
  'The keeper climbed the lighthouse stairs at dusk. He counted them as he did each night, and each night there were as many as before. His hand knew the rail.',
  'Nobody had come since March. The boat that brought the oil had turned away twice, and the letters in his drawer were old ones. He read them again at supper.',
  'He lit the lamp and waited. The beam went round over the water and found nothing. Far out there was a light that he did not know, low and yellow.',
].join('\n\n');

let app: RectoApp;
let place: { bookId: string; chapterId: string };
let draftId: string;
let binding: ExpansionBinding | null = null;

/** A page without an editor: its text, and what it was shown. */
const page = { text: '', shown: null as ExpansionView | null, states: [] as string[], errors: [] as unknown[] };

function bind(): void {
  const expansion$ = (): ReturnType<RectoApp['observeExpansion']> => app.observeExpansion(place.bookId, place.chapterId);
  binding = new ExpansionBinding(
    { read: () => firstValueFrom(expansion$()), write: (text, baseText) => editExpansion(app, { ...place, text, baseText }), changes$: expansion$() },
    {
      readText: () => page.text,
      show: (expansion, text) => Object.assign(page, { shown: expansion, text }),
      onStatus: ({ state }) => page.states.push(state),
      onError: (error) => page.errors.push(error),
    },
  );
}

function type(before: string, insert: string): void {
  expect(page.text).toContain(before);
  page.text = page.text.replace(before, `${insert}${before}`);
  binding?.changed();
}

const stored = (test: (view: ExpansionView) => boolean): Promise<ExpansionView | null> =>
  firstValueFrom(app.observeExpansion(place.bookId, place.chapterId).pipe(filter((view) => view !== null && test(view))));

async function write(text: string): Promise<void> {
  const session = await app.openDraft(draftId);
  session.changed(() => text);
  await session.close();
}

beforeEach(async () => {
  Object.assign(page, { text: '', shown: null, states: [], errors: [] });
  app = await createApp(createTestPlatform({ runner: createInProcessRunner({ processors: PROCESSORS, aiSettings: () => ({ provider: 'built-in' }) }) }));
  place = await createBook(app, { title: 'The Keeper', author: 'A. Writer', language: 'en-GB' });
  draftId = (await firstValueFrom(app.observeBook(place.bookId)))?.chapters[0]?.draftId ?? '';
  await write(DRAFT);
  await expandChapter(app, place);
  await stored(() => true);
  bind();
  await vi.waitUntil(() => page.text.includes('Nobody had come since March.'));
});

afterEach(async () => {
  await binding?.close();
  await app.close();
  if (page.errors.length > 0) throw page.errors[0];
});

describe('an expansion under the author’s hand', () => {
  test('is stored as the author’s, and comes back as it was typed', async () => {
    type('Nobody had come', 'He knew it: ');
    await binding?.flush();
    const view = await stored(({ text }) => text.includes('He knew it: Nobody had come'));
    expect(view?.passages.map(({ state }) => state)).toEqual(['fresh', 'edited', 'fresh']);
    expect(page.text).toBe(view?.text);
    expect(page.states).toEqual(['saving', 'saved']);
  });

  test('what is grown while it is typed takes back no word, nor is it taken back', async () => {
    await write(DRAFT.replace('He lit the lamp', 'Slowly he lit the lamp'));
    await expect.poll(() => page.shown?.passages.map(({ state }) => state)).toEqual(['fresh', 'fresh', 'stale']);
    const run = expandChapter(app, place);
    for (const word of ['One ', 'word ', 'after ', 'another. ']) {
      type('Nobody had come', word);
      await binding?.flush();
    }
    await run;
    await expect.poll(() => page.text).toContain('Slowly he lit the lamp');
    type('The keeper climbed', 'At last: ');
    await binding?.flush();
    const view = await stored(({ text }) => text.includes('At last: '));
    for (const words of ['One word after another. Nobody had come', 'Slowly he lit the lamp', 'At last: The keeper climbed']) {
      expect(view?.text).toContain(words);
      expect(page.text).toContain(words);
    }
    expect(view?.passages.map(({ state }) => state)).toEqual(['edited', 'edited', 'fresh']);
  });

  test('closing stores what was typed a moment ago', async () => {
    type('He lit the lamp', 'Before closing, ');
    await binding?.close();
    binding = null;
    expect((await stored(() => true))?.text).toContain('Before closing, He lit the lamp');
  });
});
