import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { pictureIdOf } from '../../contract/pictures.ts';
import type { Manuscript } from '../../contract/manuscript.ts';
import { readManuscript } from '../../book-import/read-manuscript.ts';
import { compileManuscript } from '../compile-manuscript.ts';
import { makePng, TINY_JPEG } from '../test-support/made-pictures.ts';
import { makeManuscript, quietly, readRealBook } from '../test-support/real-books.ts';

const files = new Map<string, Uint8Array>([['image:map', makePng(9, 3)], ['image:cover', TINY_JPEG]]);
const book: Manuscript = {
  ...makeManuscript([{ title: 'Dusk / 1', markdown: 'The keeper climbed.[^1]\n\n![The map](image:map)\n\n[^1]: See ![the map](image:map).' }, { title: '', markdown: 'Nobody *came*.' }, { title: 'Dusk / 1', markdown: '![gone](image:gone) and ![far](https://example.org/x.png)' }], {
    title: 'The Lamp', subtitle: 'A Tale', author: 'A. Writer', contact: '1 Shore Road\na@example.org', language: 'en-GB', cover: 'image:cover',
    matter: [{ kind: 'dedication', text: 'For *you*, ![the map](image:map)' }, { kind: 'contents', text: '' }, { kind: 'acknowledgements', title: 'Thanks', text: 'To all.' }],
  }),
  readPicture: async (address) => files.get(address) ?? null,
};
Object.assign(book.chapters[1]!, { part: 'The Second Part', numbered: false });

const zipOf = async (manuscript: Manuscript): Promise<Uint8Array> => (await compileManuscript(manuscript, 'markdown-folder', quietly())).bytes;

/** What is imported, as it is compiled again. */
async function importAgain(bytes: Uint8Array): Promise<Manuscript> {
  const { title, subtitle = '', author, contact = '', language, matter = [], cover = '', pictures = [], chapters } = await readManuscript({ kind: 'file', name: 'book.zip', bytes }, quietly());
  return {
    title, subtitle, author, contact, language, matter,
    ...(cover && { cover: `image:${cover}` }),
    chapters: chapters.map(({ content, ...chapter }, index) => ({ ...chapter, id: String(index), edition: 'draft' as const, markdown: content })),
    readPicture: async (address) => pictures.find(({ id }) => id === pictureIdOf(address))?.bytes ?? null,
  };
}

describe('a folder of Markdown', () => {
  it('has book.json, a numbered file a chapter, and the pictures', async () => {
    const { bytes, manifest } = await compileManuscript(book, 'markdown-folder', quietly());
    const parts = unzipSync(bytes);
    const text = (name: string): string => new TextDecoder().decode(parts[name]);
    expect(Object.keys(parts).toSorted()).toEqual(['001 Dusk 1.md', '002.md', '003 Dusk 1.md', 'book.json', 'images/cover.jpg', 'images/picture-0001.png']);
    expect(text('001 Dusk 1.md')).toBe('The keeper climbed.[^1]\n\n![The map](images/picture-0001.png)\n\n[^1]: See ![the map](images/picture-0001.png).\n');
    expect(JSON.parse(text('book.json'))).toEqual({
      title: 'The Lamp', subtitle: 'A Tale', author: 'A. Writer', contact: '1 Shore Road\na@example.org', language: 'en-GB', cover: 'images/cover.jpg',
      matter: [
        { id: 'title-page-1', kind: 'title-page', text: '' },
        { id: 'dedication-1', kind: 'dedication', title: '', text: 'For *you*, ![the map](images/picture-0001.png)' },
        { id: 'contents-1', kind: 'contents', text: '' },
        { id: 'acknowledgements-1', kind: 'acknowledgements', title: 'Thanks', text: 'To all.' },
      ],
      chapters: [{ file: '001 Dusk 1.md', title: 'Dusk / 1' }, { file: '002.md', title: '', part: 'The Second Part', numbered: false }, { file: '003 Dusk 1.md', title: 'Dusk / 1' }],
    });
    expect(manifest.replaced).toEqual(['A picture stands as its description, “gone”: its file is missing']);
  });

  it('is imported as the same book: its EPUB is the same, byte by byte', async () => {
    const again = await importAgain(await zipOf(book));
    const epub = async (manuscript: Manuscript): Promise<string> => (await compileManuscript(manuscript, 'epub', { ...quietly(), layout: { chapter_heading: 'number-and-title' } })).manifest.sha256;
    expect(await epub(again)).toBe(await epub(book));
    expect(Buffer.compare(Buffer.from(await zipOf(again)), Buffer.from(await zipOf(book)))).toBe(0);
  });

  it('keeps every word of a novel', async () => {
    const novel = readRealBook('frankenstein');
    const again = await importAgain(await zipOf(novel));
    const html = async (manuscript: Manuscript): Promise<string> => new TextDecoder().decode((await compileManuscript(manuscript, 'html', quietly())).bytes);
    expect(await html(again)).toBe(await html(novel));
  });
});
