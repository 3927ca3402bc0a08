import { describe, expect, it } from 'vitest';
import { createNodeTypesetter } from '../../hosts/node/typesetter.ts';
import { compileManuscript } from '../compile-manuscript.ts';
import { readPdf } from '../test-support/read-pdf.ts';
import { makeManuscript, quietly } from '../test-support/real-books.ts';
import { EMOJI, PASSAGES } from '../test-support/scripts.ts';
import { FontChoice } from './typst-fonts.ts';

const typesetter = createNodeTypesetter();

async function compile(markdown: string, language: string): Promise<{ bytes: Uint8Array; replaced: readonly string[] | undefined }> {
  const { bytes, manifest } = await compileManuscript(makeManuscript([{ title: 'One', markdown }], { language }), 'pdf', { ...quietly(), typesetter });
  return { bytes, replaced: manifest.replaced };
}

/** What of a PDF Poppler sees as letters of these scripts, which it reads in their order. */
const lettersOf = (text: string): string => text.normalize('NFC').replace(/[^\p{sc=Latn}\p{sc=Grek}\p{sc=Cyrl}\p{sc=Armn}\p{sc=Geor}\p{sc=Hang}\p{sc=Hira}\p{sc=Kana}\p{sc=Han}]/gu, '');

describe('a book with passages in many scripts', () => {
  it('has real letters for each, italic and bold ones too, all embedded, in their order', async () => {
    const { bytes, replaced } = await compile([...PASSAGES.map(({ text }) => `${text} *${text}* **${text}**`), `Signs: ${EMOJI} ❦ ⁂`].join('\n\n'), 'en-GB');
    expect(replaced).toBeUndefined();
    const { pages, fonts, faults } = await readPdf(bytes);
    expect(faults).toBe('');
    expect(fonts.filter(({ embedded }) => !embedded)).toEqual([]);
    const names = fonts.map(({ name }) => name);
    for (const { font } of [...PASSAGES, { font: 'NotoEmoji' }]) expect(names).toContainEqual(expect.stringMatching(new RegExp(`^${font}-`)));
    const text = lettersOf(pages.join('').replaceAll('\u00ad', ''));
    for (const { text: passage } of PASSAGES) expect(text).toContain(lettersOf(passage));
  });

  it('sets a paragraph from the right in a script that is read from there, also where the book is not, and the other way round', async () => {
    const { text: hebrew } = PASSAGES.find(({ language }) => language === 'he')!;
    const shortLines = `A short line.\n\n${hebrew.slice(0, 20)}\n\nA last line.`;
    const starts = (language: string): Promise<number[]> => compile(shortLines, language).then(({ bytes }) => lineStarts(bytes));
    const [english, inHebrew] = await Promise.all([starts('en-GB'), starts('he')]);
    for (const [first, second, third] of [english, inHebrew] as [number, number, number][]) {
      expect(second).toBeGreaterThan(first + 100);
      expect(third).toBeLessThan(second - 100);
    }
  });

  it.each(PASSAGES.filter(({ language }) => /^(?:ja|zh|ko|ar|he)/.test(language)))('sets a book in $language with its own signs and Latin letters between', async ({ language, text, font }) => {
    const { bytes, replaced } = await compile(`${text} “Latin” ${text}`, language);
    const { fonts } = await readPdf(bytes);
    expect(replaced).toBeUndefined();
    expect(fonts.map(({ name }) => name)).toEqual(expect.arrayContaining([expect.stringContaining(font), expect.stringContaining('SourceSerif4')]));
  });
});

it.each([['zh-CN', 2], ['ja', 1]])('indents each paragraph of a book in %s by %d of its characters', async (language, characters) => {
  const { text } = PASSAGES.find((passage) => passage.language === language)!;
  const { bytes } = await compile(`${text}${text}${text}\n\n${text}${text}${text}`, language);
  const { lines: all } = await readPdf(bytes);
  const lines = all.slice(all.findIndex((line) => line.text === 'One') + 1);
  const left = Math.min(...lines.map((line) => line.left));
  const indented = lines.filter((line) => line.left > left + 5);
  expect(indented).toHaveLength(2);
  // Of 10.5 points on an A5 page.
  for (const line of indented) expect(line.left - left).toBeCloseTo(characters * 10.5, 0);
});

describe('the faces that are loaded', () => {
  it('are those that a text needs', () => {
    const filesFor = (text: string, language = 'en'): string[] => {
      const fonts = new FontChoice('source-serif', language);
      fonts.see(text);
      return [...new Set(fonts.files().map((file) => file.split('/')[1]!))];
    };
    expect(filesFor('“Plain” — façade, Łódź')).toEqual(['source-serif-4']);
    expect(filesFor('かな漢字')).toEqual(['source-serif-4', 'biz-udmincho']);
    expect(filesFor('漢字', 'zh-TW')).toEqual(['source-serif-4', 'noto-serif-tc']);
    expect(filesFor('汉字这们')).toEqual(['source-serif-4', 'noto-serif-sc']);
    expect(filesFor('漢字這們')).toEqual(['source-serif-4', 'noto-serif-tc']);
    expect(filesFor('한글')).toEqual(['source-serif-4', 'gowun-batang']);
  });
});

/** Where each line of the text begins, in points from the left. */
async function lineStarts(bytes: Uint8Array): Promise<number[]> {
  const { lines } = await readPdf(bytes);
  return lines.slice(-3).map(({ left }) => left);
}
