import { strFromU8, unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import type { CompileFormat, Manuscript } from '../contract/manuscript.ts';
import type { CompileLayout } from '#schemas/generated/types.ts';
import { compileManuscript } from './compile-manuscript.ts';
import { readEpub } from './test-support/read-back.ts';
import { makeManuscript, quietly } from './test-support/real-books.ts';

const chapters = [
  { title: 'Prologue', markdown: 'Before.', numbered: false },
  { title: 'Dusk', markdown: 'One.', part: 'The Sea' },
  { title: 'Night', markdown: 'Two.' },
  { title: 'Dawn', markdown: 'Three.', part: 'The Land' },
];
const matter: Manuscript['matter'] = [
  { kind: 'half-title', text: '' },
  { kind: 'copyright', text: '© {year} {author}.\n\nISBN {isbn}' },
  { kind: 'contents', text: '' },
  { kind: 'dedication', text: 'For *my* "sister".' },
  { kind: 'foreword', text: ' \n' },
  { kind: 'acknowledgements', text: 'Thanks to all.' },
  { kind: 'about-the-author', title: 'The Writer', text: '{author} lives by the sea.' },
];

function makeBook(): Manuscript {
  const book = makeManuscript(chapters, { matter });
  return { ...book, chapters: book.chapters.map((chapter, index) => ({ ...chapter, ...chapters[index] })) };
}

const compile = async (format: CompileFormat, layout: CompileLayout = {}) => await compileManuscript(makeBook(), format, { ...quietly(), layout: { fields: { year: '2026' }, ...layout } });
const textOf = async (layout: CompileLayout = {}): Promise<string> => new TextDecoder().decode((await compile('text', layout)).bytes).replace(/\n+/g, '|');

describe('front matter, parts and back matter', () => {
  it('stand in their places, with their fields filled in; a line without a value is left out, and said so', async () => {
    expect(await textOf()).toBe('A Book|A. Writer|© 2026 A. Writer.|For my “sister”.|Prologue|Before.|The Sea|Dusk|One.|Night|Two.|The Land|Dawn|Three.|Acknowledgements|Thanks to all.|The Writer|A. Writer lives by the sea.|');
    const { manifest } = await compile('text');
    expect(manifest.replaced).toEqual(['The field {isbn} has no value and was left out']);
    expect(manifest.chapters.map(({ title, words }) => [title, words])).toEqual([['Prologue', 1], ['Dusk', 1], ['Night', 1], ['Dawn', 1]]);
  });

  it.each<[CompileLayout, string]>([
    [{ chapter_heading: 'number-and-title' }, 'Prologue|Before.|Part 1|The Sea|Chapter 1|Dusk|One.|Chapter 2|Night|Two.|Part 2|The Land|Chapter 3|Dawn|'],
    [{ chapter_heading: 'number', number_style: 'words' }, 'Prologue|Before.|Part One|The Sea|Chapter One|One.|Chapter Two|Two.|Part Two|The Land|Chapter Three|Three.|'],
    [{ chapter_heading: 'number', number_style: 'roman' }, 'Chapter I|One.|Chapter II|Two.'],
  ])('number chapters and parts as the layout says: %j', async (layout, expected) => {
    expect(await textOf(layout)).toContain(expected);
  });

  it('are in an EPUB’s contents and order, with the chapters of a part inside it', async () => {
    const { bytes } = await compile('epub', { chapter_heading: 'number-and-title' });
    const files = unzipSync(bytes);
    const page = (name: string): string => strFromU8(files[`EPUB/${name}`]!);
    expect(page('nav.xhtml').replace(/\s+/g, '')).toContain('<li><ahref="part-01.xhtml">TheSea</a><ol><li><ahref="chapter-0002.xhtml">Chapter1:Dusk</a></li><li><ahref="chapter-0003.xhtml">Chapter2:Night</a></li></ol></li>');
    expect([...page('package.opf').matchAll(/<itemref idref="([^"]+)"/g)].map(([, id]) => id)).toEqual([
      'cover', 'half-title-1', 'title-page-1', 'copyright-1', 'nav', 'dedication-1', 'chapter-1', 'part-1', 'chapter-2', 'chapter-3', 'part-2', 'chapter-4', 'acknowledgements-1', 'about-the-author-1',
    ]);
    expect(page('dedication-01.xhtml')).toContain('<p>For <em>my</em> “sister”.</p>');
    expect(readEpub(bytes).map(({ title }) => title)).toContain('Prologue');
  });

  it('have words of the book’s language', async () => {
    const book = { ...makeBook(), language: 'de-DE' };
    const { bytes } = await compileManuscript(book, 'text', { ...quietly(), layout: { chapter_heading: 'number-and-title', number_style: 'words', fields: { year: '2026', isbn: '1' } } });
    expect(new TextDecoder().decode(bytes)).toMatch(/Kapitel Eins\nDusk[^]*Danksagung/);
    const epub = unzipSync((await compileManuscript(book, 'epub', quietly())).bytes);
    expect(strFromU8(epub['EPUB/nav.xhtml']!)).toContain('<h1 id="toc-title">Inhalt</h1>');
  });
});
