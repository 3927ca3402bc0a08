import { unzipSync, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { compileManuscript } from '../book-compiler/compile-manuscript.ts';
import { makePng, TINY_JPEG } from '../book-compiler/test-support/made-pictures.ts';
import { makeManuscript, quietly } from '../book-compiler/test-support/real-books.ts';
import type { CompileFormat, ImportedManuscript, Manuscript } from '../contract/manuscript.ts';
import { MOST_PICTURE_BYTES, pictureIdOf } from '../contract/pictures.ts';
import { readManuscript } from './read-manuscript.ts';

const MAP = makePng(30, 20, 40);
const book = {
  ...makeManuscript([
    { title: 'Dusk', markdown: 'The keeper climbed.\n\n![The map of Skerry, “old”](image:map)\n\nHe lit the ![lamp](image:lamp) himself.\n\n![](image:map)' },
    { title: 'Night', markdown: '> ![The sea](image:lamp)\n\nNobody *came* ![alone](image:map).' },
  ], { title: 'The Lamp', cover: 'image:lamp' }),
  readPicture: async (address: string) => new Map([['image:map', MAP], ['image:lamp', TINY_JPEG]]).get(address) ?? null,
};

const compile = async (manuscript: Manuscript, format: CompileFormat): Promise<Uint8Array> => (await compileManuscript(manuscript, format, { ...quietly(), layout: { typography: 'as-written' } })).bytes;
const readBook = (bytes: Uint8Array, format: string): Promise<ImportedManuscript> => readManuscript({ kind: 'file', name: `x.${format}`, bytes }, quietly());

const toManuscript = ({ title, author, language, cover, pictures = [], chapters }: ImportedManuscript): Manuscript => ({
  ...makeManuscript(chapters.map(({ title: own, content }) => ({ title: own, markdown: content })), { title, author, language }),
  ...(cover !== undefined && { cover: `image:${cover}` }),
  readPicture: async (address) => pictures.find(({ id }) => id === pictureIdOf(address))?.bytes ?? null,
});

describe.each(['epub', 'docx', 'html'] as const)('out as %s, in, and out again', (format) => {
  it('keeps each picture, where it stands and what it shows', async () => {
    const bytes = await compile(book, format);
    const imported = await readBook(bytes, format);
    expect(imported.warnings).toEqual([]);
    expect(imported.chapters.map(({ content }) => content.replace(/import-\d+/g, (id) => (imported.pictures!.find((picture) => picture.id === id)!.bytes.length === MAP.length ? 'map' : 'lamp')))).toEqual(book.chapters.map(({ markdown }) => markdown));
    expect(imported.cover === undefined).toBe(format !== 'epub');
    expect(Buffer.compare(Buffer.from(await compile(toManuscript(imported), format)), Buffer.from(bytes))).toBe(0);
  });
});

describe('a document with pictures that a book can’t hold', () => {
  /** An EPUB whose pictures are others. */
  async function withPicture(content: Uint8Array): Promise<ImportedManuscript> {
    const parts = unzipSync(await compile(book, 'epub'));
    return await readBook(zipSync({ ...parts, 'EPUB/pictures/picture-0001.png': content }), 'epub');
  }

  it('comes in with their descriptions, and says so', async () => {
    const large = new Uint8Array(MOST_PICTURE_BYTES + 1);
    large.set(MAP);
    for (const [content, warning] of [[large, /more than 2 MB/], [new TextEncoder().encode('<svg/>'), /no JPEG, PNG or GIF/]] as const) {
      const imported = await withPicture(content);
      expect(imported.chapters[0]!.content).toContain('The map of Skerry, “old”');
      expect(imported.chapters[0]!.content).toContain('He lit the ![lamp](image:import-1) himself.');
      expect(imported.warnings.join(' ')).toMatch(warning);
    }
  });

  it('is refused nothing for a picture that is broken in the zip, or unpacks to more than it says', async () => {
    const bytes = await compile(book, 'epub');
    const at = Buffer.from(bytes).indexOf(Buffer.from(MAP));
    bytes[at + 40]! ^= 0xff;
    const imported = await readBook(bytes, 'epub');
    expect(imported.chapters[0]!.content).toContain('The map of Skerry, “old”');
    expect(imported.warnings).toEqual(expect.arrayContaining([expect.stringMatching(/^Pictures that are not there: 1\./)]));
    const bomb = await withPicture(new Uint8Array(60_000_000));
    expect(bomb.chapters[0]!.content).toContain('The map of Skerry, “old”');
  });
});
