import { expect, test } from 'vitest';
import { readDroppedEntries } from './dropped-entries.ts';
import { createTally } from './manuscript-limits.ts';

interface Tree {
  [name: string]: Tree | number;
}

/** A folder or a file of so many bytes, as a browser hands it over; counts what is opened. */
function entryOf(name: string, content: Tree | number, opened: string[]): object {
  if (typeof content === 'number') {
    return {
      isDirectory: false,
      name,
      file(resolve: (file: { name: string; size: number }) => void) {
        opened.push(name);
        resolve({ name, size: content });
      },
    };
  }
  const all = Object.entries(content).map(([child, inside]) => entryOf(child, inside, opened));
  return {
    isDirectory: true,
    name,
    createReader() {
      let at = 0;
      return { readEntries: (resolve: (batch: object[]) => void) => resolve(all.slice(at, (at += 100))) };
    },
  };
}

function drop(name: string, content: Tree | number) {
  const opened: string[] = [];
  const data = { items: [{ kind: 'file', webkitGetAsEntry: () => entryOf(name, content, opened), getAsFile: () => null }] };
  return { opened, read: () => readDroppedEntries(data as unknown as DataTransfer, createTally()) };
}

const files = (count: number, name: (index: number) => string, size = 10): Tree => Object.fromEntries(Array.from({ length: count }, (_, index) => [name(index), size]));

test('a folder gives its manuscript files, and nothing else in it is opened', async () => {
  const { opened, read } = drop('book', { 'book.json': 5, 'one.md': 5, 'cover.jpg': 9e9, '.git': files(300, (n) => `${n}.md`), parts: { 'two.markdown': 5 }, images: { 'map.png': 5, 'sketch.psd': 9e9, raw: { 'scan.png': 9e9 } } });
  const [folder] = await read();
  expect(folder).toMatchObject({ kind: 'folder', name: 'book' });
  expect(opened.toSorted()).toEqual(['book.json', 'map.png', 'one.md', 'two.markdown']);
});

test.each([
  ['5,001 manuscript files', files(5001, (n) => `${n}.md`), /more than 5,000 manuscript files/],
  ['200 MB of them', files(3, (n) => `${n}.md`, 70_000_000), /more than 200 MB/],
  ['a whole disk', { deep: files(100_001, (n) => `${n}.jpg`) }, /more than 100,000 files/],
  ['one huge file', 200_000_001, /more than 200 MB/],
] as const)('%s end in a sentence', async (_what, content, sentence) => {
  await expect(drop('huge.md', content as Tree | number).read()).rejects.toMatchObject({ code: 'too_large', message: expect.stringMatching(sentence) });
});

test('a Scrivener project gives its binder and texts, and none of its snapshots', async () => {
  const { opened, read } = drop('N.scriv', { 'N.scrivx': 5, Files: { Data: { A: { 'content.rtf': 5, 'synopsis.txt': 5, 'map.png': 9e9 } } }, Snapshots: { 'A.snapshot': { '1.rtf': 5 } } });
  await read();
  expect(opened.toSorted()).toEqual(['N.scrivx', 'content.rtf', 'synopsis.txt']);
});

test('5,000 files are taken', async () => {
  const [folder] = await drop('series', files(5000, (n) => `${n}.md`)).read();
  expect(folder?.kind === 'folder' && folder.files.length).toBe(5000);
});
