import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { CompileLayout } from '#schemas/generated/types.ts';
import { requireTool } from '#scripts/tools.ts';
import type { CompileFormat } from '../contract/manuscript.ts';
import { createNodeTypesetter } from '../hosts/node/typesetter.ts';
import { compileManuscript, type CompiledManuscript } from './compile-manuscript.ts';
import { readPdf } from './test-support/read-pdf.ts';
import { readXmlParts } from './test-support/read-back.ts';
import { makeManuscript, quietly } from './test-support/real-books.ts';

const typesetter = createNodeTypesetter();

const compile = (markdown: string | string[], format: CompileFormat, layout: CompileLayout = {}): Promise<CompiledManuscript> =>
  compileManuscript(makeManuscript([markdown].flat().map((each, index) => ({ title: `Tale ${index + 1}`, markdown: each }))), format, { ...quietly(), layout, typesetter });

/** The chapters of a plain text, without its head. */
const toText = async (...markdown: string[]): Promise<string> => new TextDecoder().decode((await compile(markdown, 'text')).bytes).split('\n\n\n').slice(1).join('\n--\n').trim();

const BOOK = `The keeper[^keeper] *climbed[^2]* on.[^keeper]

[^2]: "Up" -- as in
one's own *words*.

    And more of it.

[^keeper]: Of the lamp.[^nest]
[^nest]: Its oil.

The end.`;

describe('footnotes', () => {
  it('stand behind their chapter, numbered as the text refers to them, one behind the note that leads to it', async () => {
    expect(await toText(BOOK, 'Again.[^2]\n\n[^2]: Anew.')).toBe(
      'Tale 1\n\nThe keeper[1] climbed[3] on.[1]\n\nThe end.\n\n[1] Of the lamp.[2]\n\n[2] Its oil.\n\n[3] “Up” — as in one’s own words.\n\n    And more of it.\n--\n\nTale 2\n\nAgain.[1]\n\n[1] Anew.',
    );
  });

  it.each<[string, string, string]>([
    ['follow an exclamation mark and a bracket', 'Stop![^a] [sic][^a] ![x](y.png)[^a]\n\n[^a]: b', 'Stop![1] [sic][1] x[1]\n\n[1] b'],
    ['stand in headings, quotes, lists and links', '## One[^1]\n\n> Two[^2]\n\n- [three[^1]](https://e.org)\n\n[^1]: a\n[^2]: b', 'One[1]\n\n    Two[2]\n\n•   three[1]\n\n[1] a\n\n[2] b'],
    ['may be written in a quote or a list', '> a[^1]\n>\n> [^1]: b\n>\n>     c\n\n- d[^2]\n\n  [^2]: e', '    a[1]\n\n•   d[2]\n\n[1] b\n\n    c\n\n[2] e'],
    ['hold lists, quotes and code, and no heading', 'a[^1]\n\n[^1]:\n    - b\n    - c\n\n    > d\n\n    # e\n\n    ```\n    f\n\n      g\n    ```', 'a[1]\n\n[1] •   b\n    •   c\n\n        d\n\n    e\n\n    f\n    \n      g'],
    ['of a title that the text repeats stand below it', '# Tale 1[^1]\n\na\n\n[^1]: b', '[1]\n\na\n\n[1] b'],
    ['refer to themselves', 'a[^1]\n\n[^1]: b[^1]', 'a[1]\n\n[1] b[1]'],
    ['have names without regard to case', 'a[^Note]\n\n[^nOTE]: b', 'a[1]\n\n[1] b'],
    ['begin a paragraph, where a colon follows', '[^1]\\: a\n\n[^1]: b', '[1]: a\n\n[1] b'],
  ])('%s', async (_what, markdown, text) => {
    expect(await toText(markdown)).toBe(`Tale 1\n\n${text}`);
    const { bytes } = await compile(markdown, 'markdown');
    const again = new TextDecoder().decode(bytes).replace(/^---[^]*?# Tale 1\s*/, '');
    expect(await toText(again)).toBe(`Tale 1\n\n${text}`);
  });

  it('that nobody wrote, refers to, or that two share a name lose no word, and are named', async () => {
    const { bytes, manifest } = await compile('a[^no] b[^1]\n\n[^1]: c\n\n[^1]: d\n\n[^loose]: e[^deep]\n\n[^deep]: f', 'text');
    expect(new TextDecoder().decode(bytes)).toContain('a[^no] b[1]\n\n[2][3]\n\n[1] c\n\n[2] d\n\n[3] e[4]\n\n[4] f\n');
    expect(manifest.chapters[0]?.words).toBe(6);
    expect(manifest.replaced).toEqual([
      'No footnote is called “[^no]”, so that stands as it was written',
      'Nothing refers to the footnote “[^1]”, so its number stands at the end of its chapter',
      'Nothing refers to the footnote “[^loose]”, so its number stands at the end of its chapter',
    ]);
  });

  it('in raw HTML and code are text', async () => {
    expect(await toText('`[^1]` <b>x</b>\n\n<script>\n\n[^1]: y [^1]\n\n[^2]: z\n\n</script>')).toContain('[^1]: y [^1]');
  });

  it('have a name each in one Markdown file', async () => {
    const markdown = new TextDecoder().decode((await compile(['a[^x] b[^1]\n\n[^x]: c\n[^1]: d', 'e[^X] f[^1] g[^9] \\[^1]\n\n[^X]: h\n[^1]: i\n[^9]: j'], 'markdown')).bytes);
    expect(markdown).toContain('a[^x] b[^1]\n\n[^x]: c\n\n[^1]: d\n');
    expect(markdown).toContain('e[^2] f[^3] g[^9] \\[^1\\]\n\n[^2]: h\n\n[^3]: i\n\n[^9]: j\n');
  });

  it('are pop-ups of an EPUB and lead back, also in HTML, each under an id of its own', async () => {
    const page = readXmlParts((await compile(BOOK, 'epub')).bytes).get('EPUB/chapter-0001.xhtml') ?? '';
    expect(page).toContain('keeper<a class="noteref" id="chapter-1-note-1-ref" epub:type="noteref" role="doc-noteref" href="#chapter-1-note-1">1</a> <em>climbed</em><a ');
    expect(page).toContain('<aside class="note" epub:type="footnote" role="doc-footnote" aria-label="1" id="chapter-1-note-1">\n<p><a class="note-number" epub:type="backlink" role="doc-backlink" href="#chapter-1-note-1-ref">1</a> Of the lamp.');
    const html = new TextDecoder().decode((await compile([BOOK, BOOK], 'html')).bytes);
    expect(html).not.toContain('epub:');
    const ids = [...html.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    expect(ids).toEqual([...new Set(ids)]);
    for (const [, target] of html.matchAll(/ href="#([^"]*)"/g)) expect(ids).toContain(target);
  });

  it.each(['reading', 'editors', 'manuscript-modern', 'manuscript-classic'] as const)('are Word’s own in a document for %s', async (style) => {
    const folder = await mkdtemp(join(tmpdir(), 'recto-notes-'));
    try {
      await writeFile(join(folder, 'a.docx'), (await compile([BOOK, 'Again.[^2]\n\n[^2]: A [link](https://e.org).'], 'docx', { style, typography: 'typeset' })).bytes);
      const { stdout } = await promisify(execFile)(requireTool('pandoc'), ['-f', 'docx', '-t', 'plain', '--wrap=none', join(folder, 'a.docx')]);
      const dash = style === 'manuscript-classic' ? '--' : '—';
      expect(stdout.replace(/\n+/g, '\n')).toMatch(new RegExp(`\\[1\\] Of the lamp\\.2?.*\\n\\[2\\] Its oil\\.\\n\\[3\\] “Up” ${dash} as in one’s own _?words_?\\.\\nAnd more of it\\.\\n\\[4\\] A link\\.`));
      expect(stdout).toMatch(/The keeper\[1\]\S*\[2\] _?climbed_?\[3\] on\.\S*[1¹]/);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it.each([{}, { drop_caps: true }, { style: 'manuscript-modern' }] as const)('stand at the foot of a PDF’s page, numbered anew in each chapter (%j)', async (layout) => {
    const { pages, faults } = await readPdf((await compile([BOOK, 'Again.[^2]\n\n[^2]: Anew.'], 'pdf', layout)).bytes, { top: 0, bottom: 1000 });
    expect(faults).toBe('');
    const text = pages.map((page) => page.replace(/\s+/g, ' ').trim());
    expect(text.find((page) => page.includes('keeper'))).toMatch(/The keeper1 climbed3 on\.1 The end\. 1 ?Of the lamp\.2 2 ?Its oil\. 3 ?“Up” — as in one’s own words\. And more of it\./);
    expect(text.find((page) => page.includes('Again'))).toMatch(/Again\.1 (?:END )?1 ?Anew\./);
  });
});

describe('as many as anyone may write', () => {
  const range = Array.from({ length: 10_000 }, (_each, index) => index);
  it.each<[string, CompileFormat[], string]>([
    ['in one paragraph', ['docx', 'markdown'], `${range.map((index) => `w[^${index}]`).join(' ')}\n\n${range.map((index) => `[^${index}]: note`).join('\n')}`],
    ['each of which leads to the next', ['html', 'docx'], `w[^0]\n\n${range.map((index) => `[^${index}]: note[^${index + 1}]`).join('\n\n')}`],
    ['that nobody refers to', ['text'], range.map((index) => `[^${index}]: note`).join('\n\n')],
  ])('%s are compiled in little time', async (_what, formats, markdown) => {
    for (const format of formats) expect((await compile(markdown, format)).manifest.words_out).toBeGreaterThanOrEqual(10_000);
  });
});
