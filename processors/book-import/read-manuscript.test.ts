import { readdirSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RectoError } from '#schemas/errors.ts';
import { compileManuscript } from '../book-compiler/compile-manuscript.ts';
import { ZipWriter } from '../book-compiler/zip.ts';
import { makeManuscript, MANUSCRIPTS, quietly, readRealBook } from '../book-compiler/test-support/real-books.ts';
import type { ImportedManuscript, ManuscriptFile } from '../contract/manuscript.ts';
import { readManuscript } from './read-manuscript.ts';
import { splitLongChapters } from './split-long-chapters.ts';
import { addComments, commentReference, docxParagraph, makeDocx } from './test-support/make-docx.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

const readFile = (name: string, content: string | Uint8Array): Promise<ImportedManuscript> =>
  readManuscript({ kind: 'file', name, bytes: typeof content === 'string' ? utf8(content) : content }, quietly());

const readFolder = (files: Record<string, string | Uint8Array>): Promise<ImportedManuscript> =>
  readManuscript({ kind: 'folder', name: 'My Folder', files: Object.entries(files).map(([path, content]) => ({ path, bytes: typeof content === 'string' ? utf8(content) : content })) }, quietly());

const bookJson = (chapters: { file: string; title: string }[], head: Record<string, unknown> = { title: 'T', author: 'A', language: 'de' }): string => JSON.stringify({ ...head, chapters });

describe('a folder', () => {
  it('with book.json is the book that it describes', async () => {
    const folder = `${MANUSCRIPTS}frankenstein/`;
    const files: ManuscriptFile[] = readdirSync(folder).map((file) => ({ path: `frankenstein/${file}`, bytes: readFileSync(folder + file) }));
    const progress: number[] = [];
    const book = await readManuscript({ kind: 'folder', name: 'frankenstein', files }, { signal: new AbortController().signal, onProgress: ({ done }) => progress.push(done) });
    const source = readRealBook('frankenstein');
    expect(book).toMatchObject({ title: 'Frankenstein', author: 'Mary Shelley', language: 'en-GB', warnings: [] });
    expect(book.chapters).toEqual(source.chapters.map(({ title, markdown }) => ({ title, content: markdown.trim() })));
    expect(progress.at(-1)).toBe(source.chapters.length);
  });

  it('keeps what book.json says of title page, parts, front and back matter', async () => {
    const matter = [{ id: '1', kind: 'dedication', text: 'For *you*' }, { id: '2', kind: 'copyright', text: '©', included: false }];
    const chapters = [{ file: 'a.md', title: 'One', part: 'The Sea', numbered: false }, { file: 'b.md', title: 'Two', included: false, synopsis: 'They drown.', words: 1 }];
    const book = await readFolder({ 'book.json': bookJson(chapters, { title: 'T', subtitle: 'A Tale', contact: 'A. Writer\n1 Shore Road', matter }), 'a.md': 'Text', 'b.md': 'More' });
    expect(book).toMatchObject({ subtitle: 'A Tale', contact: 'A. Writer\n1 Shore Road', matter });
    expect(book.chapters).toEqual([
      { title: 'One', content: 'Text', part: 'The Sea', numbered: false },
      { title: 'Two', content: 'More', included: false, synopsis: 'They drown.' },
    ]);
  });

  it('without book.json is refused, with what to do', async () => {
    await expect(readFolder({ '1.md': 'One', '2.md': 'Two' })).rejects.toMatchObject({ code: 'import_no_book', message: expect.stringMatching(/2 texts need a book\.json.*"1\.md"/) });
    await expect(readFolder({ 'novel.docx': 'x' })).rejects.toMatchObject({ code: 'import_no_book', message: expect.stringContaining('Import the file “novel.docx” itself') });
    await expect(readFolder({})).rejects.toMatchObject({ code: 'import_no_book' });
  });

  it('that lacks a chapter is refused, and the file is named', async () => {
    await expect(readFolder({ 'book.json': bookJson([{ file: 'a.md', title: 'One' }, { file: 'b.md', title: 'Two' }]), 'a.md': 'Text' })).rejects.toMatchObject({ code: 'import_damaged', message: expect.stringContaining('“b.md” (Two)') });
  });

  it('names what book.json doesn’t list', async () => {
    const { warnings } = await readFolder({ 'book.json': bookJson([{ file: './a.md', title: 'One' }]), 'a.md': 'Text', 'notes.md': 'x' });
    expect(warnings).toEqual(['Not listed in book.json, so not imported: notes.md.']);
  });

  it('whose book.json is broken, or lists nothing, is refused', async () => {
    await expect(readFolder({ 'book.json': '{"title": ' })).rejects.toMatchObject({ code: 'import_damaged', message: expect.stringContaining('not valid JSON') });
    await expect(readFolder({ 'book.json': '[]' })).rejects.toMatchObject({ code: 'import_damaged' });
    await expect(readFolder({ 'book.json': bookJson([]) })).rejects.toMatchObject({ code: 'import_empty' });
  });

  it('with a file that is not UTF-8 is refused, and file and line are named', async () => {
    const files = { 'book.json': bookJson([{ file: 'a.md', title: 'One' }]), 'a.md': new Uint8Array([...utf8('fine\nna'), 0xef, ...utf8('ve')]) };
    await expect(readFolder(files)).rejects.toMatchObject({ code: 'import_not_utf8', message: expect.stringMatching(/“a\.md” is not UTF-8.*line 2/) });
    await expect(readFolder({ ...files, 'a.md': new Uint8Array([0xff, 0xfe, 65, 0]) })).rejects.toMatchObject({ code: 'import_not_utf8', message: expect.stringContaining('UTF-16') });
  });

  it('takes a byte order mark and Windows line ends for what they are', async () => {
    const { chapters } = await readFolder({ 'book.json': `\uFEFF${bookJson([{ file: 'a.md', title: 'One' }])}`, 'a.md': '\uFEFFOne\r\n\r\nTwo' });
    expect(chapters).toEqual([{ title: 'One', content: 'One\n\nTwo' }]);
  });
});

describe('a Markdown file', () => {
  const chapters = async (text: string): Promise<[string, string][]> => (await readFile('My Novel.md', text)).chapters.map(({ title, content }) => [title, content]);

  it('is split at its highest headings', async () => {
    expect(await chapters('# One\n\nA *b*\n\n## Scene\n\nc\n\n* * *\n\nd\n\nTwo\n===\n\ne')).toEqual([
      ['One', 'A *b*\n\n## Scene\n\nc\n\n* * *\n\nd'],
      ['Two', 'e'],
    ]);
  });

  it('has its title in a single first heading over several others', async () => {
    const book = await readFile('x.md', '# The *Sea*\n\n## One\n\na\n\n## Two\n\nb');
    expect(book).toMatchObject({ title: 'The Sea', chapters: [{ title: 'One', content: 'a' }, { title: 'Two', content: 'b' }] });
  });

  it('keeps what stands before the first heading', async () => {
    expect(await chapters('For my mother\n\n# One\n\na\n\n# Two\n\nb')).toEqual([['Front matter', 'For my mother'], ['One', 'a'], ['Two', 'b']]);
  });

  it('without headings is one chapter, or as many as lines say', async () => {
    expect(await chapters('Just text.\n\nMore.')).toEqual([['My Novel', 'Just text.\n\nMore.']]);
    expect(await chapters('CHAPTER I.\n\na\n\nChapter 2: The Storm\n\nb')).toEqual([['CHAPTER I.', 'a'], ['Chapter 2: The Storm', 'b']]);
  });

  it('doesn’t take headings in code or quotes for chapters, nor a lone # for a title', async () => {
    expect(await chapters('# One\n\n```\n# no\n```\n\n> # no\n\n#\n\nend')).toEqual([['One', '```\n# no\n```\n\n> # no\n\n#\n\nend']]);
  });

  it('tells title, author and language in front matter', async () => {
    const book = await readFile('x.md', '---\ntitle: "A: B"\nauthor: [Ann, Bob]\nlang: fr\n---\n\n# One\n\na');
    expect(book).toMatchObject({ title: 'A: B', author: 'Ann, Bob', language: 'fr', chapters: [{ title: 'One', content: 'a' }] });
    expect(await chapters('---\n\nProse between scene breaks.\n\n---\n\nend')).toEqual([['My Novel', '---\n\nProse between scene breaks.\n\n---\n\nend']]);
  });

  it('gives each chapter the definitions of its links', async () => {
    expect(await chapters('# One\n\n[a][x]\n\n# Two\n\nb\n\n[x]: http://e.org')).toEqual([['One', '[a][x]\n\n[x]: http://e.org'], ['Two', 'b']]);
  });

  it('that is empty or of another kind is refused', async () => {
    await expect(readFile('a.md', ' \n')).rejects.toMatchObject({ code: 'import_empty' });
    await expect(readFile('a.odt', 'x')).rejects.toMatchObject({ code: 'import_unsupported' });
    await expect(readFile('a.pdf', '%PDF-1.7')).rejects.toMatchObject({ code: 'import_unsupported' });
    await expect(readFile('a.doc', new Uint8Array([0xd0, 0xcf, 0x11, 0xe0, 1]))).rejects.toMatchObject({ code: 'import_unsupported', message: expect.stringContaining('password') });
  });
});

it('takes each line of a plain text without blank lines for a paragraph', async () => {
  const lines = ['a'.repeat(150), 'b'.repeat(150), 'short'];
  const { chapters, warnings } = await readFile('x.txt', lines.join('\n'));
  expect(chapters[0]?.content).toBe(lines.join('\n\n'));
  expect(warnings).toHaveLength(1);
});

it('splits a chapter that is too long at the ends of paragraphs', () => {
  const paragraphs = Array.from({ length: 40 }, (_, index) => `Paragraph ${index} ${'x'.repeat(60)}`);
  const split = splitLongChapters({ title: 'T', author: '', language: '', chapters: [{ title: 'One', part: 'The Sea', included: false, content: paragraphs.join('\n\n') }], warnings: [] }, 1000);
  expect(split.chapters.map(({ part, included }) => [part, included])).toEqual(split.chapters.map((_, index) => [index === 0 ? 'The Sea' : undefined, false]));
  expect(split.chapters.map(({ title }) => title)).toEqual(['One', 'One (2)', 'One (3)', 'One (4)']);
  expect(split.chapters.every(({ content }) => content.length <= 1000)).toBe(true);
  expect(split.chapters.map(({ content }) => content).join('\n\n')).toBe(paragraphs.join('\n\n'));
  expect(split.warnings).toHaveLength(1);
});

describe('a Word document', () => {
  it('keeps headings, emphasis, quotes, lists and scene breaks', async () => {
    const item = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>';
    const book = await readFile(
      'novel.docx',
      makeDocx([docxParagraph('The Sea', 'Title'), docxParagraph('One', 'heading 1'), docxParagraph('It *rained*, * hard*.'), docxParagraph('* * *'.replaceAll('*', '#')), docxParagraph('Dear sister', 'Quote'), docxParagraph('Yours', 'Quote'), docxParagraph('first', '', item), docxParagraph('Two', 'heading 1'), docxParagraph('1. [sic] a_b <i>')].join('')),
    );
    expect(book.title).toBe('The Sea');
    expect(book.chapters).toEqual([
      { title: 'One', content: 'It *rained*,  *hard*.\n\n* * *\n\n> Dear sister\n>\n> Yours\n\n- first' },
      { title: 'Two', content: '1\\. [sic] a_b \\<i>' },
    ]);
  });

  it('has chapters at lines like “Chapter 1” where it has no headings, and scene breaks at its few blank lines', async () => {
    const text = Array.from({ length: 12 }, (_, index) => docxParagraph(`Paragraph ${index}.`));
    const { chapters, warnings } = await readFile('n.docx', makeDocx([docxParagraph('Chapter 1'), ...text.slice(0, 6), docxParagraph(''), ...text.slice(6), docxParagraph('Chapter 2'), docxParagraph('End.')].join('')));
    expect(chapters.map(({ title }) => title)).toEqual(['Chapter 1', 'Chapter 2']);
    expect(chapters[0]?.content).toContain('Paragraph 5.\n\n* * *\n\nParagraph 6.');
    expect(warnings).toEqual(['Blank lines between paragraphs became scene breaks.']);
  });

  it('brings its comments as notes of their chapters, with who made them and where', async () => {
    const on = (paragraph: string, id: number): string => paragraph.replace('</w:p>', `${commentReference(id)}</w:p>`);
    const body = [docxParagraph('Before.'), on(docxParagraph('One', 'heading 1'), 0), on(docxParagraph('It *rained*.'), 1), docxParagraph('Two', 'heading 1'), docxParagraph('End.')];
    const comments = [{ author: 'Ed', text: 'A better title?' }, { author: 'Ann', text: 'Did it?' }];
    const { chapters, warnings } = await readFile('n.docx', makeDocx(body.join(''), (zip) => addComments(zip, comments)));
    expect(chapters).toEqual([
      { title: 'Front matter', content: 'Before.' },
      { title: 'One', content: 'It *rained*.', notes: ['Ed at “One”: A better title?', 'Ann at “It rained.”: Did it?'] },
      { title: 'Two', content: 'End.' },
    ]);
    expect(warnings).toEqual([]);
  });

  it('that is damaged is refused, wherever the damage is', async () => {
    const { bytes } = await compileManuscript(makeManuscript([{ title: 'One', markdown: 'Some text that is long enough to be damaged.' }]), 'docx', quietly());
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), fc.boolean(), async (at, change, cut) => {
        const damaged = cut ? bytes.slice(0, at) : bytes.map((byte, index) => (index === at ? byte ^ change : byte));
        const outcome = await readFile('x.docx', damaged).then(({ chapters }) => chapters.map(({ content }) => content).join(), (error: unknown) => (error instanceof RectoError ? error.code : String(error)));
        expect(['import_damaged', 'import_empty', 'import_unsupported', 'import_not_utf8', 'too_large', 'Some text that is long enough to be damaged.']).toContain(outcome);
      }),
      { numRuns: 200 },
    );
  });

  it('whose list of contents names a part differently from the part itself is damaged, not a document without its styles', async () => {
    const { bytes } = await compileManuscript(makeManuscript([{ title: 'One', markdown: 'Some text.' }]), 'docx', quietly());
    const name = Buffer.from('word/styles.xml');
    const last = Buffer.from(bytes).lastIndexOf(name);
    const renamed = bytes.map((byte, index) => (index === last + 5 ? byte ^ 1 : byte));
    await expect(readFile('x.docx', renamed)).rejects.toMatchObject({ code: 'import_damaged' });
  });

  it('that is a bomb is refused before it goes off', async () => {
    const bomb = makeDocx(docxParagraph('x'), (zip) => {
      const entry = zip.open('word/footnotes.xml');
      const megabyte = ' '.repeat(1_000_000);
      for (let count = 0; count < 150; count += 1) entry.write(megabyte);
      entry.end();
    });
    expect(bomb.length).toBeLessThan(1_000_000);
    await expect(readFile('bomb.docx', bomb)).rejects.toMatchObject({ code: 'too_large' });
    // The same with a lie about its size in the list of contents.
    const view = new DataView(bomb.buffer);
    for (let at = 0; at < bomb.length - 4; at += 1) if (view.getUint32(at, true) === 0x02014b50) view.setUint32(at + 24, 100, true);
    await expect(readFile('bomb.docx', bomb)).rejects.toMatchObject({ code: 'too_large' });
  });

  it('that declares entities, or is another zip, is refused', async () => {
    const doctype = makeDocx(docxParagraph('x'), (zip) => zip.add('word/comments.xml', '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "boom">]><a>&b;</a>'));
    await expect(readFile('x.docx', doctype)).rejects.toMatchObject({ code: 'import_damaged' });
    const zip = new ZipWriter();
    zip.add('hello.txt', 'x');
    await expect(readFile('x.docx', zip.finish())).rejects.toMatchObject({ code: 'import_unsupported' });
    await expect(readFile('x.docx', 'no zip')).rejects.toMatchObject({ code: 'import_damaged' });
  });
});
