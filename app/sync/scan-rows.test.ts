import { expect, it } from 'vitest';
import { openTestLibrary } from '../test-support/open-test-library.ts';
import { scanRows } from './meta-storage.ts';

it('all rows are read once, in order: of short ones by the hundred, of long ones as many as 16 million characters hold', async () => {
  const { library } = await openTestLibrary();
  const scan = async (): Promise<string[][]> => {
    const pages: string[][] = [];
    for await (const rows of scanRows(library.database.blobs.storageInstance, undefined)) pages.push(rows.map(({ id }) => id));
    return pages;
  };
  const ids: string[] = [];
  const insert = async (count: number, content: string): Promise<void> => {
    const made = Array.from({ length: count }, (_row, at) => `blob-${String(ids.length + at).padStart(4, '0')}`);
    ids.push(...made);
    await library.blobs.insert(made.map((id) => ({ id, user_id: library.userId, processor_id: 'user-input', schema_id: 'image-v1', data: { content }, parent_id: 'book' })));
  };
  await insert(575, 'A few words.');
  expect((await scan()).map(({ length }) => length)).toEqual([25, 50, 100, 200, 200]);
  await insert(300, 'x'.repeat(200_000));
  const pages = await scan();
  expect(pages.flat()).toEqual(ids);
  expect(pages.slice(6).map(({ length }) => length)).toEqual([79, 21]);
  await library.close();
});
