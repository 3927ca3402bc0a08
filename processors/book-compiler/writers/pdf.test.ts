import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CompileLayout } from '#schemas/generated/types.ts';
import type { Manuscript } from '../../contract/manuscript.ts';
import { createNodeTypesetter } from '../../hosts/node/typesetter.ts';
import { compileManuscript } from '../compile-manuscript.ts';
import { chaptersWithoutNotes } from '../test-support/random-manuscript.ts';
import { splitWords } from '../test-support/read-back.ts';
import { joinHyphens, readPdf, wordsOfPages } from '../test-support/read-pdf.ts';
import { makeManuscript, quietly, readRealBook } from '../test-support/real-books.ts';

const native = createNodeTypesetter();
const wasm = createNodeTypesetter({ engine: 'wasm' });

async function toPdf(manuscript: Manuscript, layout: CompileLayout = {}, typesetter = native): Promise<Uint8Array> {
  return (await compileManuscript(manuscript, 'pdf', { ...quietly(), layout: { typography: 'as-written', ...layout }, typesetter })).bytes;
}

/** Letters and signs in order, as far as every book font has them, without asterisks, which part scenes, and the marks of lists: Poppler sees no space behind a full stop that a letter stands close to. */
function lettersOf(words: readonly string[], marks = /^(?:[•‣–]|\d+\.)$/): string {
  return words.filter((word) => !marks.test(word)).join('').normalize('NFC').replace(/[^!-)+-~\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}–—‘’“”…]/gu, '');
}

/** Enough for several pages. */
const LONG = Array.from({ length: 90 }, (_line, index) => `Paragraph ${index} tells at some length of the keeper, of his lamp and of the sea.`).join('\n\n');

describe('a novel as PDF', () => {
  it('names the characters that no font has', async () => {
    const { manifest } = await compileManuscript(makeManuscript([{ markdown: 'A wedge 𒀀 and 𒀀.' }]), 'pdf', { ...quietly(), typesetter: native });
    expect(manifest.replaced).toEqual(['No font for PDF has “𒀀” (U+12000); an empty box stands for it']);
  });

  const book = readRealBook('frankenstein');

  it('is sound, tagged, with its fonts in it and every word in order', async () => {
    const { pages, info, fonts, faults } = await readPdf(await toPdf(book));
    expect(faults).toBe('');
    expect(Object.fromEntries(info)).toMatchObject({ Title: book.title, Author: book.author, Tagged: 'yes' });
    expect(fonts.filter(({ embedded }) => !embedded)).toEqual([]);
    const { bytes } = await compileManuscript(book, 'text', { ...quietly(), layout: { typography: 'as-written', scene_break: '*' } });
    const source = wordsOfPages([joinHyphens(new TextDecoder().decode(bytes))]);
    expect(lettersOf(wordsOfPages(pages))).toEqual(lettersOf(source));
  });
});

describe('PDF', () => {
  const book = makeManuscript([{ title: 'One', markdown: LONG }, { title: '', markdown: LONG }], {
    title: 'The Lamp', subtitle: 'A Tale', matter: [{ kind: 'half-title', text: '' }, { kind: 'title-page', text: '' }, { kind: 'copyright', text: 'Copyright {year}' }, { kind: 'dedication', text: 'For *you*' }, { kind: 'contents', text: '' }, { kind: 'acknowledgements', text: 'Thank you.' }],
  });

  it('begins chapters on a right-hand page, which has a number at its foot and no head; other pages say the author left and the chapter right', async () => {
    const { pages, heads, info } = await readPdf(await toPdf(book, { trim: '5x8', chapter_heading: 'number-and-title', number_style: 'words', fields: { year: '1931' } }), { top: 45, bottom: 525 });
    expect(info.get('Page size')).toMatch(/^360 x 576 pts/);
    const starts = pages.flatMap((text, index) => (/^\s*Chapter (?:One|Two)\s/.test(text) ? [index] : []));
    expect(starts).toHaveLength(2);
    expect(starts.map((index) => index % 2)).toEqual([0, 0]);
    for (const index of starts) {
      expect(heads[index]!.trim()).toBe('');
      expect(heads[index + 1]).toMatch(/^2\s+A\. Writer|^\d+\s+A\. Writer/);
      expect(heads[index + 2]!.replace(/\s+/g, ' ').trim()).toMatch(/^(?:One|Chapter Two) \d+$/);
    }
    expect(heads.slice(0, starts[0]).join('').trim()).toBe('');
    expect(pages.slice(0, starts[0]).map((text) => text.replace(/\s+/g, ' ').trim())).toEqual(['The Lamp', '', 'The Lamp A Tale A. Writer', 'Copyright 1931', 'For you', '', expect.stringMatching(/^Contents Chapter One: One 1 Chapter Two \d+ Acknowledgements \d+$/), '']);
  });

  it('keeps a title of any length on its page, whole, and above the pages behind it in short', async () => {
    const title = `Being ${'the true and faithful account of '.repeat(6)}${'X'.repeat(300)}`;
    const { lines, pages, heads } = await readPdf(await toPdf(makeManuscript([{ title, markdown: LONG }], { title }), { trim: 'mass-market' }), { top: 40, bottom: 470 });
    for (const { left, right } of lines) expect(left > 20 && right < 290).toBe(true);
    expect(lettersOf(wordsOfPages(pages))).toContain(title.replaceAll(' ', ''));
    expect(heads.at(-1)!.trim()).toMatch(/^(?:\d+ A\. Writer|Being the true and faithful account of the… \d+)$/);
    expect(heads.some((head) => / account of the… \d/.test(head))).toBe(true);
  });

  it('stands on one grid of lines, also below titles, scene breaks, quotes and lists', async () => {
    const blocks = ['* * *', '> A quote that is set in.', '## A heading', '- A list\n- of two', '1. One'];
    const markdown = Array.from({ length: 60 }, (_none, index) => `${'The keeper lit his lamp and looked at the sea for as long as it burned. '.repeat(1 + (index % 4))}\n\n${index % 5 === 0 ? `${blocks[(index / 5) % blocks.length]}\n\n` : ''}`).join('');
    const { lines } = await readPdf(await toPdf(makeManuscript([{ title: 'A title that is long enough to need two lines of the page, or more', markdown }]), { trim: '5x8', font_size: 10, line_height: 1.4 }), { top: 45, bottom: 525 });
    const text = lines.filter(({ text }) => text.startsWith('The keeper'));
    expect(text.length).toBeGreaterThan(40);
    for (const { bottom } of text) expect(Math.abs(((bottom - text[0]!.bottom) / 14) - Math.round((bottom - text[0]!.bottom) / 14))).toBeLessThan(0.02);
  });

  it('leaves no first line of a paragraph alone at the end of a page, and no last one at its start', async () => {
    const markdown = Array.from({ length: 80 }, (_none, index) => `Begin ${'the keeper lit his lamp and looked at the sea for as long as it burned, '.repeat(3 + (index % 7))} finish.`).join('\n\n');
    const { lines } = await readPdf(await toPdf(makeManuscript([{ title: 'One', markdown }]), { trim: 'mass-market' }), { top: 40, bottom: 460 });
    const ends = lines.flatMap((line, index) => (lines[index + 1] !== undefined && lines[index + 1]!.page !== line.page && line.page > 3 ? [[line.text, lines[index + 1]!.text]] : []));
    expect(ends.length).toBeGreaterThan(10);
    for (const [last, first] of ends) {
      expect(last).not.toMatch(/^Begin/);
      expect(first).not.toMatch(/finish\.$/);
    }
  });

  it.each([['manuscript-modern', 'SourceSerif4-Regular'], ['manuscript-classic', 'CourierPrime-Regular']] as const)('is a typescript as agents ask for it: %s', async (style, font) => {
    const typescript = makeManuscript([{ title: 'One', markdown: `${LONG}\n\n* * *\n\nThe *end*.` }], { title: 'The Lamp', language: 'en-US', contact: 'A. Writer\n1 Shore Road' });
    const { pages, heads, info, fonts, faults } = await readPdf(await toPdf(typescript, { style }), { top: 60, bottom: 725 });
    expect(faults).toBe('');
    expect(info.get('Page size')).toMatch(/^612 x 792 pts/);
    expect(fonts[0]).toMatchObject({ name: expect.stringContaining(font.split('-')[0]!), embedded: true });
    const text = pages.map((page) => page.replace(/\s+/g, ' ').trim());
    expect(text[0]).toMatch(/^A\. Writer 1 Shore Road about 1,\d00 words THE LAMP by A\. Writer$/);
    expect(text[1]).toMatch(/^One Paragraph 0 tells/);
    expect(text.at(-1)).toMatch(/ # The end\. END$/);
    expect(heads.map((head) => head.trim())).toEqual(['', ...pages.slice(1).map((_page, index) => `Writer / THE LAMP / ${index + 2}`)]);
  });

  it('keeps what has a meaning in Typst’s own language as the author’s words', async () => {
    const markdown = 'A "quote" \\# x #let y = 1 $z$ @you <b> `#code("x")` [link](https://example.org/?a="b") = - + / // /\\* \\*/ \\\\ ~ C:\\\\new';
    const { pages } = await readPdf(await toPdf(makeManuscript([{ title: '#panic("x") \\', markdown }])));
    expect(wordsOfPages(pages).join(' ')).toBe(joinHyphens('A Book A. Writer #panic("x") \\ A "quote" # x #let y = 1 $z$ @you <b> #code("x") link = - + / // /* */ \\ ~ C:\\new'));
  });

  it('has every word of random manuscripts in order', async () => {
    const seed = Date.now() & 0xffff;
    // Poppler gives letters as they stand on the line, also where they are read from its right; and what no font has is tested above.
    const leftToRight = (text: string): string => text.replaceAll('&#x1F30A;', 'o').replace(/[^\p{ASCII}\p{Cc}\p{Cf}\p{M}\p{Script=Latin}\p{Script=Cyrillic}–—‘’“”…]/gu, 'o');
    const chapters = fc.sample(chaptersWithoutNotes, { seed, numRuns: 15 }).flat().map(({ title, markdown, textWords }) => ({ title: leftToRight(title), markdown: leftToRight(markdown), words: textWords.filter((word) => word !== '•').map(leftToRight) }));
    const { pages, faults } = await readPdf(await toPdf(makeManuscript(chapters), { drop_caps: true }));
    const words = splitWords(joinHyphens(['A Book A. Writer', ...chapters.flatMap(({ title, words }) => [title, ...words])].join(' ')));
    // The numbers of lists are compared, too: Poppler may join a mark to the word behind it. These authors write no short dash.
    const letters = (list: readonly string[]): string => lettersOf(list, /^[•‣–]$/).replaceAll('–', '');
    expect({ seed, faults, letters: letters(wordsOfPages(pages)) }).toEqual({ seed, faults: '', letters: letters(words) });
  });

  it('is the same, byte by byte, each time and by WebAssembly as by the native engine', async () => {
    const [one, two, three] = [await toPdf(book), await toPdf(book), await toPdf(book, {}, wasm)];
    expect(Buffer.from(two).equals(one)).toBe(true);
    expect(Buffer.from(three).equals(one)).toBe(true);
  });

  it('says so where there is nothing that sets pages', async () => {
    await expect(compileManuscript(book, 'pdf', quietly())).rejects.toMatchObject({ code: 'unavailable' });
  });
});
