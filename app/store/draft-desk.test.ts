import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestLibrary } from '../test-support/open-test-library.ts';
import type { NewBlob } from './blob-store.ts';
import type { Library } from './library.ts';

const draft: NewBlob = { id: 'd', user_id: 'local', processor_id: 'user-input', schema_id: 'text-input-v2', data: { content: 'Text.' } };

let library: Library;
beforeEach(async () => void ({ library } = await openTestLibrary()));
afterEach(async () => library.close());

describe('opening a draft', () => {
  it('waits a moment for one that is on its way, as when a book is synced for the first time', async () => {
    const opening = library.drafts.open('d');
    await library.blobs.insert([draft]);
    expect((await opening).initialText).toBe('Text.');
  });

  it('says at once when it was deleted, and after a moment when it is not here', async () => {
    await library.blobs.insert([draft]);
    await library.blobs.tombstone(['d'], 'why');
    await expect(library.drafts.open('d')).rejects.toMatchObject({ code: 'not_found', message: expect.stringContaining('deleted') as string });
    await expect(library.drafts.open('none')).rejects.toMatchObject({ code: 'not_found', message: expect.stringContaining('next sync') as string });
  });

  it('shows two drafts in one status, and saves both', async () => {
    await library.blobs.insert([draft, { ...draft, id: 'e' }]);
    const states: string[] = [];
    library.drafts.status$.subscribe(({ state }) => states.push(state));
    const [one, two] = [await library.drafts.open('d'), await library.drafts.open('e')];
    one.changed(() => 'One.');
    two.changed(() => 'Two.');
    await library.drafts.flush();
    expect(states).toEqual(['saved', 'saving', 'saved']);
    expect([...(await library.blobs.getMany(['d', 'e'])).values()].map(({ data }) => data['content'])).toEqual(['One.', 'Two.']);
  });

  it('brings a draft that was deleted elsewhere back by writing in it', async () => {
    await library.blobs.insert([draft]);
    const session = await library.drafts.open('d');
    await library.blobs.tombstone(['d'], 'why');
    session.changed(() => 'Text. More.');
    await session.close();
    expect(await library.blobs.get('d')).toMatchObject({ deleted: false, data: { content: 'Text. More.' } });
  });
});
