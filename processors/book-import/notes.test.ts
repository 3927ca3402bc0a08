import { describe, expect, it } from 'vitest';
import { compileManuscript } from '../book-compiler/compile-manuscript.ts';
import { makeManuscript, quietly } from '../book-compiler/test-support/real-books.ts';
import { ZipWriter } from '../book-compiler/zip.ts';
import type { CompileFormat } from '../contract/manuscript.ts';
import { readManuscript } from './read-manuscript.ts';

type Chapters = [title: string, content: string][];

const read = async (bytes: Uint8Array | string, name: string): Promise<Chapters> =>
  (await readManuscript({ kind: 'file', name, bytes: typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes }, quietly())).chapters.map(({ title, content }) => [title, content]);

const BOOK: Chapters = [
  ['One', 'The keeper[^1] *climbed*[^3] on.[^1]\n\n* * *\n\n> Up.[^4]\n\n[^1]: Of the *lamp*.[^2]\n\n    And more.\n\n[^2]: Its oil.\n\n[^3]: See [there](https://example.org/).\n\n[^4]: - one\n    - two'.replace('[^4]: - one', '[^4]:\n    - one')],
  ['Two', 'Again.[^1]\n\n[^1]: Anew.'],
];

describe('footnotes come in as they went out', () => {
  // A Word document has a nested note’s number behind that of the note around it, too.
  const inWord: Chapters = [[BOOK[0]![0], BOOK[0]![1].replace('keeper[^1]', 'keeper[^1][^2]')], BOOK[1]!];
  it.each<[CompileFormat, string, Chapters]>([['epub', 'a.epub', BOOK], ['html', 'a.html', BOOK], ['docx', 'a.docx', inWord], ['markdown', 'a.md', [BOOK[0]!, ['Two', 'Again.[^5]\n\n[^5]: Anew.']]]])('%s', async (format, name, expected) => {
    const write = async (chapters: Chapters): Promise<Uint8Array> => (await compileManuscript(makeManuscript(chapters.map(([title, markdown]) => ({ title, markdown }))), format, { ...quietly(), layout: { typography: 'as-written' } })).bytes;
    const first = await read(await write(BOOK), name);
    expect(first).toEqual(expected);
    expect(await read(await write(first), name)).toEqual(expected);
  });
});

describe('a page’s notes', () => {
  it('are what its references lead to, however their places are marked; their numbers and the ways back are no text', async () => {
    const html = `<h1>One</h1>
<p>A<a id="r1" role="doc-noteref" href="#n1"><sup>1</sup></a> b<sup><a epub:type="noteref" id="r2" href="#n2">2</a></sup> c<a id="r3" role="doc-noteref" href="#n3">*</a> d<a role="doc-noteref" href="#gone">4</a> e<a href="#n1">here</a>.</p>
<p><a id="n3" href="#r3">*</a> Starred.</p>
<section role="doc-endnotes"><hr/><ol><li id="n1"><p>First <em>note</em>.</p><p>More. <a href="#r1" role="doc-backlink">↩</a></p></li><li id="n2">Second. <a href="#r2">back</a></li></ol></section>`;
    expect(await read(html, 'a.html')).toEqual([['One', 'A[^1] b[^2] c[^3] d4 ehere.\n\n[^1]: First *note*.\n\n    More.\n\n[^2]: Second.\n\n[^3]: Starred.']]);
  });

  it('may stand on another page, which then is no chapter', async () => {
    const zip = new ZipWriter();
    const page = (body: string): string => `<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><body>${body}</body></html>`;
    zip.store('mimetype', 'application/epub+zip');
    zip.add('META-INF/container.xml', '<container><rootfiles><rootfile full-path="o/p.opf"/></rootfiles></container>');
    zip.add('o/p.opf', '<package><metadata><title>T</title></metadata><manifest><item id="a" href="a.xhtml"/><item id="n" href="x/n.xhtml"/><item id="v" href="v.xhtml" properties="nav"/></manifest><spine><itemref idref="a"/><itemref idref="n"/></spine></package>');
    zip.add('o/v.xhtml', page('<nav epub:type="toc"><ol><li><a href="a.xhtml">One</a></li><li><a href="x/n.xhtml">Notes</a></li></ol></nav>'));
    zip.add('o/a.xhtml', page('<h1>One<a epub:type="noteref" href="x/n.xhtml#t">*</a></h1><p>A<a epub:type="noteref" href="x/n.xhtml#n1" id="r">1</a>.</p>'));
    zip.add('o/x/n.xhtml', page('<h1>Notes</h1><aside id="t"><p>Of the title.</p></aside><aside id="n1"><p><a href="../a.xhtml#r">1</a> Of A.</p></aside>'));
    expect(await read(zip.finish(), 'a.epub')).toEqual([['One', '[^1]\n\nA[^2].\n\n[^1]: Of the title.\n\n[^2]: Of A.']]);
  });
});

describe('one Markdown file', () => {
  it('has the notes of all chapters at its end, and each chapter gets its own', async () => {
    const text = '# One[^t]\n\na[^1] b[^x]\n\n# Two\n\nc[^2][^1]\n\n[^own]: loose\n\n# Notes\n\n[^1]: first[^3]\n\n    more\n\n[^2]: second\n[^3]: third\n\n[^t]: title\n';
    expect(await read(text, 'a.md')).toEqual([
      ['One', '[^t]\n\na[^1] b[^x]\n\n[^1]: first[^3]\n\n    more\n\n[^3]: third\n\n[^t]: title'],
      ['Two', 'c[^2][^1]\n\n[^own]: loose\n\n[^1]: first[^3]\n\n    more\n\n[^2]: second\n\n[^3]: third'],
      ['Notes', ''],
    ]);
  });

  it('may have a note of the same name in each chapter', async () => {
    const text = '# One\n\na[^1]\n\n[^1]: b\n\n# Two\n\nc[^1]\n\n[^1]: d';
    expect(await read(text, 'a.md')).toEqual([['One', 'a[^1]\n\n[^1]: b'], ['Two', 'c[^1]\n\n[^1]: d']]);
  });

  it('of as many chapters and notes as anyone may write is cut in little time', async () => {
    const range = Array.from({ length: 2000 }, (_each, index) => index);
    const chapters = await read(`${range.map((index) => `# C${index}\n\nw[^${index}]`).join('\n\n')}\n\n${range.map((index) => `[^${index}]: n`).join('\n\n')}`, 'a.md');
    expect(chapters).toHaveLength(2000);
    expect(chapters[77]).toEqual(['C77', 'w[^77]\n\n[^77]: n']);
  });
});

describe('RTF and Scrivener', () => {
  const rtf = (body: string): string => `{\\rtf1\\ansi ${body}}`;

  it('have footnotes, in several paragraphs, with emphasis, and alone in a paragraph', async () => {
    expect(await read(rtf('A{\\super\\chftn}{\\footnote\\pard {\\super\\chftn} An {\\i aside}.\\par And more.} b.\\par {\\footnote Alone.}\\par c'), 'a.rtf')).toEqual([['a', 'A[^1] b.\n\n[^2]\n\nc\n\n[^1]: An *aside*.\n\n    And more.\n\n[^2]: Alone.']]);
  });

  it('have notes in the line, and beside it', async () => {
    const files = {
      'N.scrivx': '<ScrivenerProject><Binder><BinderItem UUID="D" Type="DraftFolder"><Title>Draft</Title><Children><BinderItem UUID="A" Type="Text"><Title>One</Title></BinderItem></Children></BinderItem></Binder></ScrivenerProject>',
      'Files/Data/A/content.rtf': rtf('A \\{\\\\Scrv_fn=in the line\\\\end_Scrv_fn\\} b {\\field{\\*\\fldinst{HYPERLINK "scrivcmt://X1"}}{\\fldrslt linked}} and {\\field{\\*\\fldinst{HYPERLINK "scrivcmt://X2"}}{\\fldrslt more}}.'),
      'Files/Data/A/content.comments': `<Comments><Comment ID="X1" Footnote="Yes"><![CDATA[${rtf('Beside {\\i it}.')}]]></Comment><Comment ID="X2"><![CDATA[${rtf('A comment.')}]]></Comment><Comment ID="X3" Footnote="Yes"><![CDATA[${rtf('Lost.')}]]></Comment></Comments>`,
    };
    const book = await readManuscript({ kind: 'folder', name: 'N.scriv', files: Object.entries(files).map(([path, text]) => ({ path, bytes: new TextEncoder().encode(text) })) }, quietly());
    expect(book.chapters).toEqual([{ title: 'One', content: 'A [^1] b linked[^2] and more.\n\n[^1]: in the line\n\n[^2]: Beside *it*.', notes: ['A comment.', 'Lost.'] }]);
  });
});
