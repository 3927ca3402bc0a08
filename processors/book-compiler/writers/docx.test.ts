import * as fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import type { CompileLayout } from '#schemas/generated/types.ts';
import type { Manuscript } from '../../contract/manuscript.ts';
import { readDocx } from '../../book-import/read-docx.ts';
import { compileManuscript, type CompiledManuscript } from '../compile-manuscript.ts';
import { knownChapters } from '../test-support/random-manuscript.ts';
import { readXmlParts } from '../test-support/read-back.ts';
import { makeManuscript, quietly } from '../test-support/real-books.ts';

const book = makeManuscript(
  [
    { title: 'Dusk', markdown: 'It *was* dusk -- and **dark**.\n\n* * *\n\n> A letter.\n\nThe `a — b` key.' },
    { title: 'Dawn', markdown: 'Light.' },
  ],
  {
    title: 'The Sea: A Romance',
    subtitle: 'A Novel',
    author: 'Ann B. Writer',
    contact: 'Ann Writer\n1 Sea Road\n\nann@example.org',
    language: 'en-US',
    matter: [
      { kind: 'copyright', text: '© Ann' },
      { kind: 'title-page', text: '' },
      { kind: 'dedication', text: 'For you.' },
      { kind: 'acknowledgements', text: 'Thanks.' },
    ],
  },
);

interface ReadParagraph {
  style: string;
  text: string;
  /** The names of the elements inside it. */
  has: Set<string>;
}

/** The paragraphs of a part, a tab as an arrow. */
function readParagraphs(xml: string): ReadParagraph[] {
  const paragraphs: ReadParagraph[] = [];
  let inText = false;
  const parser = new SaxesParser();
  parser.on('opentag', ({ name, attributes }) => {
    const last = paragraphs.at(-1);
    if (name === 'w:p') paragraphs.push({ style: '', text: '', has: new Set() });
    else last?.has.add(name);
    if (name === 'w:pStyle' && last) last.style = String(attributes['w:val']);
    if (last && name === 'w:tab' && !last.has.has('w:tabs')) last.text += '→';
    inText = name === 'w:t';
  });
  parser.on('text', (text) => {
    const last = paragraphs.at(-1);
    if (inText && last) last.text += text;
  });
  parser.on('closetag', () => {
    inText = false;
  });
  parser.write(xml).close();
  return paragraphs;
}

interface Read {
  parts: Map<string, string>;
  paragraphs: ReadParagraph[];
  lines: string[];
  compiled: CompiledManuscript;
}

async function read(layout: CompileLayout, manuscript: Manuscript = book): Promise<Read> {
  const compiled = await compileManuscript(manuscript, 'docx', { ...quietly(), layout });
  const parts = readXmlParts(compiled.bytes);
  const paragraphs = readParagraphs(parts.get('word/document.xml') ?? '');
  return { parts, paragraphs, lines: paragraphs.map(({ style, text }) => `${style}: ${text}`), compiled };
}

describe.each(['manuscript-modern', 'manuscript-classic'] as const)('a %s', (style) => {
  it('begins with who submits it and how long it is, whatever the book has before its title page', async () => {
    const { lines } = await read({ style });
    expect(lines.slice(0, 8)).toEqual(['RectoContact: Ann Writer→about 100 words', 'RectoContact: 1 Sea Road', 'RectoContact: ann@example.org', 'Title: The Sea: A Romance', 'Subtitle: A Novel', 'Subtitle: by Ann B. Writer', 'ChapterStart: ', 'FirstParagraph: © Ann']);
  });

  it('counts its pages from the one behind the title page, each with the running head', async () => {
    const { parts, paragraphs } = await read({ style });
    expect(readParagraphs(parts.get('word/header.xml') ?? '')).toMatchObject([{ style: 'Header', text: 'Writer / THE SEA / 1' }]);
    const document = parts.get('word/document.xml') ?? '';
    expect([...document.matchAll(/<w:sectPr>(.*?)<\/w:sectPr>/g)].map(([, inside]) => /headerReference/.test(inside ?? '') && /<w:pgNumType w:start="1"\/>/.test(inside ?? ''))).toEqual([false, true]);
    expect(paragraphs.findIndex(({ has }) => has.has('w:sectPr'))).toBe(5);
    expect(parts.has('word/footer.xml')).toBe(false);
  });

  it('ends its last chapter with END, which is no word of the book, and breaks scenes with # or as it is told', async () => {
    const { lines, compiled } = await read({ style });
    expect(lines.slice(-5)).toEqual(['Heading1: Dawn', 'FirstParagraph: Light.', 'RectoEnd: END', 'Heading1: Acknowledgments', 'FirstParagraph: Thanks.']);
    expect(compiled.manifest.words_out).toBe(14);
    expect(lines).toContain('SceneBreak: #');
    expect((await read({ style, scene_break: '❦' })).lines).toContain('SceneBreak: ❦');
  });

  it('has a chapter’s title a third down the page and every line at twice the height', async () => {
    const styles = (await read({ style })).parts.get('word/styles.xml') ?? '';
    // 11 inches / 3 - 1 inch of margin, in twentieths of a point.
    expect(styleOf(styles, 'Heading1')).toContain('w:before="3840"');
    expect(styleOf(styles, 'Normal')).toContain('<w:spacing w:after="0" w:line="480" w:lineRule="auto"/>');
    for (const id of ['BodyText', 'Quote']) expect(styleOf(styles, id)).toContain('w:firstLine="720"');
    const german = (await read({ style }, { ...book, language: 'de-DE' })).parts;
    expect(styleOf(german.get('word/styles.xml') ?? '', 'Heading1')).toContain('w:before="4173"');
    expect(german.get('word/document.xml')).toMatch(/etwa 100 Wörter.*von Ann B\. Writer.*ENDE/s);
  });
});

const styleOf = (styles: string, id: string): string => new RegExp(`w:styleId="${id}">(.*?)</w:style>`, 's').exec(styles)?.[1] ?? '';

it('is Times with italics when modern, Courier with underlines and two hyphens when classic', async () => {
  const [modern, classic] = await Promise.all([read({ style: 'manuscript-modern' }), read({ style: 'manuscript-classic' })]);
  expect(modern.parts.get('word/styles.xml')).toContain('w:ascii="Times New Roman"');
  expect(classic.parts.get('word/styles.xml')).toContain('w:ascii="Courier New"');
  const dusk = ({ paragraphs }: Read): ReadParagraph | undefined => paragraphs.find(({ text }) => text.startsWith('It was'));
  expect(dusk(modern)).toMatchObject({ text: 'It was dusk — and dark.' });
  expect(dusk(modern)?.has).toContain('w:i');
  expect(dusk(classic)).toMatchObject({ text: 'It was dusk -- and dark.' });
  expect([...(dusk(classic)?.has ?? [])]).toEqual(expect.arrayContaining(['w:u', 'w:b']));
  expect(dusk(classic)?.has).not.toContain('w:i');
  expect(classic.lines).toContain('FirstParagraph: The a — b key.');
  expect((await read({ style: 'manuscript-classic', typography: 'as-written' }, makeManuscript([{ markdown: 'One — two -- three.' }]))).lines).toContain('FirstParagraph: One — two -- three.');
});

it('leaves dashes that stand beside others as they are, also across emphasis, and those in code', async () => {
  const { lines } = await read({ style: 'manuscript-classic' }, makeManuscript([{ title: 'A—B', markdown: '来了——知是—*—a* x-—y `—` *no*—he *stopped*—\n\n—Go' }]));
  expect(lines.slice(-4)).toEqual(['Heading1: A--B', 'FirstParagraph: 来了——知是——a x-—y — no--he stopped--', 'BodyText: --Go', 'RectoEnd: END']);
});

it('keeps every word of any manuscript in every style', async () => {
  await fc.assert(
    fc.asyncProperty(knownChapters, fc.constantFrom('manuscript-modern', 'manuscript-classic', 'editors'), async (chapters, style) => {
      const { parts, compiled } = await read({ style }, makeManuscript(chapters));
      expect(compiled.manifest.words_out).toBe(chapters.reduce((sum, { words }) => sum + words.length, 0));
      expect(parts.size).toBeGreaterThan(6);
    }),
    { numRuns: 40 },
  );
});

it('is styles alone for editors: no page, no space and no place is set by hand', async () => {
  const { parts, lines } = await read({ style: 'editors' });
  expect(parts.get('word/styles.xml')).not.toContain('pageBreakBefore');
  expect(parts.get('word/document.xml')).not.toMatch(/<w:(?:spacing|jc|ind|br)\b|Reference/);
  expect([...parts.keys()].filter((name) => /header|footer/.test(name))).toEqual([]);
  expect(lines.slice(0, 3)).toEqual(['ChapterStart: ', 'FirstParagraph: © Ann', 'Title: The Sea: A Romance']);
});

it('reads as a book does where no style is asked for, or a printer’s', async () => {
  const plain = (await read({})).compiled.bytes;
  expect((await read({ style: 'reading' })).compiled.bytes).toEqual(plain);
  expect((await read({ style: 'print' })).compiled.bytes).toEqual(plain);
});

it('has a heading of Word’s own for each chapter, below its number or made of it', async () => {
  const numbered = (await read({ chapter_heading: 'number-and-title', number_style: 'words' })).lines;
  expect(numbered).toEqual(expect.arrayContaining(['RectoNumber: Chapter One', 'Heading1: Dusk', 'RectoNumber: Chapter Two', 'Heading1: Dawn']));
  expect((await read({ chapter_heading: 'number', number_style: 'words' })).lines).toContain('Heading1: Chapter One');
});

it.each(['reading', 'manuscript-modern', 'manuscript-classic', 'editors'] as const)('comes back from %s with the book’s chapters, and nothing that Recto wrote', async (style) => {
  const { compiled } = await read({ style, chapter_heading: 'number-and-title' }, { ...book, subtitle: '', matter: [] });
  const { title, author, chapters } = await readDocx(compiled.bytes, 'sea.docx', '', quietly());
  expect([title, author]).toEqual(['The Sea: A Romance', 'Ann B. Writer']);
  const dash = style === 'manuscript-classic' ? '--' : '—';
  expect(chapters).toEqual([
    { title: 'Dusk', content: expect.stringMatching(`^It \\*was\\* dusk ${dash} and \\*\\*dark\\*\\*\\.\n\n\\* \\* \\*\n\n> A letter\\.\n\nThe .{0,2}a — b.{0,2} key\\.$`) },
    { title: 'Dawn', content: 'Light.' },
  ]);
});
