import { firstValueFrom } from 'rxjs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ThreadItem } from '../recto-app.ts';
import { openTestLibrary } from '../test-support/open-test-library.ts';
import { newBookBlob, newDraftBlob } from './change-book.ts';
import type { Library } from './library.ts';
import { observeThread } from './observe-thread.ts';

const CHAPTER = { id: 'chapter', title: 'Dusk', draft_blob_id: 'draft', edition: 'draft' as const };
let library: Library;
let finds: number;

beforeEach(async () => {
  ({ library } = await openTestLibrary());
  await library.blobs.insert([newBookBlob(library, 'book', { title: 'The Keeper', author: 'A. Writer', chapters: [CHAPTER] }), newDraftBlob(library, 'book', CHAPTER, 'One.')]);
  finds = 0;
});
afterEach(() => library.close());

const note = (id: string, content: string) => ({ id, user_id: 'local', processor_id: 'user-input', schema_id: 'note-v1', data: { content, kind: 'instruction' }, conversation_id: 'chapter' });

it('reads its texts once, however often the draft is saved; what comes and goes shows', async () => {
  await library.blobs.insert(Array.from({ length: 30 }, (_note, index) => note(`note-${index}`, 'Slower.')));
  const counted: Library = { ...library, blobs: { ...library.blobs, find: (...query) => ((finds += 1), library.blobs.find(...query)) } };
  let items: ThreadItem[] = [];
  const shown = observeThread(counted, 'book', 'chapter');
  const subscription = shown.subscribe((next) => (items = next));
  await expect.poll(() => items).toHaveLength(31);
  for (const [words, content] of [[2, 'One two.'], [3, 'One two three.']] as const) {
    await library.blobs.change('draft', (blob) => ({ ...blob, data: { ...blob.data, content } }));
    await expect.poll(() => items.find(({ kind }) => kind === 'draft')?.words).toBe(words);
  }
  await library.blobs.insert([note('more', 'More rain.')]);
  await library.blobs.tombstone(['note-0'], 'gone');
  await expect.poll(() => items.map(({ id }) => id).filter((id) => id === 'more' || id === 'note-0')).toEqual(['more']);
  expect(items.find(({ kind }) => kind === 'draft')?.isCurrent).toBe(true);
  expect(finds).toBe(1);
  subscription.unsubscribe();
  await library.blobs.insert([note('unseen', 'Colder.')]);
  expect((await firstValueFrom(shown)).map(({ id }) => id)).toContain('unseen');
});
