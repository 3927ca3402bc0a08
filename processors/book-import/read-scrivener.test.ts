import { describe, expect, it } from 'vitest';
import { ZipWriter } from '../book-compiler/zip.ts';
import { quietly } from '../book-compiler/test-support/real-books.ts';
import type { ImportedManuscript } from '../contract/manuscript.ts';
import { readManuscript } from './read-manuscript.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const rtf = (body: string): string => `{\\rtf1\\ansi\\ansicpg1252{\\fonttbl{\\f0\\fnil Palatino;}{\\f1\\fnil\\fcharset204 Palatino Cyr;}}{\\colortbl;\\red0\\green0\\blue0;}{\\info{\\title A Title}{\\author Ann}}\\f0 ${body}}`;

const item = (id: string, type: string, title: string, children = '', meta = '<IncludeInCompile>Yes</IncludeInCompile>'): string =>
  `<BinderItem UUID="${id}" Type="${type}"><Title>${title}</Title><MetaData>${meta}</MetaData>${children && `<Children>${children}</Children>`}</BinderItem>`;

const scrivx = (draft: string, others = ''): string => `<?xml version="1.0" encoding="UTF-8"?><ScrivenerProject Version="2.0" Author="Ann"><Binder>${item('D', 'DraftFolder', 'Draft', draft)}${others}</Binder></ScrivenerProject>`;

/** A project's folder. */
const read = (files: Record<string, string>): Promise<ImportedManuscript> => readManuscript({ kind: 'folder', name: 'My Novel.scriv', files: Object.entries(files).map(([path, text]) => ({ path, bytes: utf8(text) })) }, quietly());

const readText = async (body: string): Promise<string> => (await readManuscript({ kind: 'file', name: 'a.rtf', bytes: utf8(rtf(body)) }, quietly())).chapters.map(({ content }) => content).join('\n\n');

describe('a Scrivener project', () => {
  const files = {
    'Novel.scrivx': scrivx(
      item('P', 'Folder', 'Part One', item('C1', 'Folder', 'The Harbour', item('S1', 'Text', 'Fog') + item('S2', 'Text', 'Bell')) + item('C2', 'Folder', 'The Road', item('S3', 'Text', 'Dust'))) +
        item('T', 'Text', 'Epilogue', '', ''),
      item('R', 'ResearchFolder', 'Research', item('R1', 'Text', 'Ships')),
    ),
    'Files/Data/S1/content.rtf': rtf('The fog {\\i came} in.\\par\nShe waited.{\\Scrv}'),
    'Files/Data/S1/synopsis.txt': 'She waits for the boat.',
    'Files/Data/S2/content.rtf': rtf('A bell.'),
    'Files/Data/S2/notes.rtf': rtf('Which bell?'),
    'Files/Data/S2/content.comments': `<Comments><Comment ID="1"><![CDATA[${rtf('Check this.')}]]></Comment></Comments>`,
    'Files/Data/S3/content.rtf': rtf('Dust.'),
    'Files/Data/C1/synopsis.txt': 'Arrival.',
    'Files/Data/T/content.rtf': rtf('The end. \\{\\\\Scrv_annot \\\\color=\\{\\\\R=1.0\\\\G=0.0\\} \\\\text=Really?\\\\end_Scrv_annot\\}'),
    'Files/Data/R1/content.rtf': rtf('Ships.'),
  };
  const chapters = [
    { title: 'The Harbour', content: 'The fog *came* in.\n\nShe waited.\n\n* * *\n\nA bell.', part: 'Part One', synopsis: 'Arrival.\nFog: She waits for the boat.\nBell', notes: ['Which bell?', 'Check this.'] },
    { title: 'The Road', content: 'Dust.', synopsis: 'Dust' },
    { title: 'Epilogue', content: 'The end.', included: false, notes: ['Really?'] },
  ];

  it('comes in as its binder orders it, with titles, parts, synopses and notes', async () => {
    const book = await read(files);
    expect(book).toMatchObject({ title: 'Novel', author: 'Ann' });
    expect(book.chapters).toEqual(chapters);
    expect(book.warnings).toEqual(['1 document outside of the draft stayed behind: Ships.']);
  });

  it('comes in zipped, and in the shape of version 2', async () => {
    const zip = new ZipWriter();
    for (const [path, text] of Object.entries(files)) zip.add(`Novel.scriv/${path}`, text);
    zip.add('Novel.scriv/Files/Data/S1/map.png', 'x');
    expect((await readManuscript({ kind: 'file', name: 'Novel.zip', bytes: zip.finish() }, quietly())).chapters).toEqual(chapters);
    const old = { 'Old.scrivx': scrivx(item('3', 'Text', 'One')).replaceAll('UUID=', 'ID='), 'Files/Docs/3.rtf': rtf('Text.'), 'Files/Docs/3_synopsis.txt': 'Short.' };
    expect((await read(old)).chapters).toEqual([{ title: 'One', content: 'Text.', synopsis: 'Short.' }]);
  });

  it('has parts that hold chapters, where their titles say so', async () => {
    const draft = item('A', 'Folder', 'Beginnings', item('1', 'Text', 'Chapter 1') + item('2', 'Text', 'Chapter 2'));
    const book = await read({ 'N.scrivx': scrivx(draft), 'Files/Data/1/content.rtf': rtf('a'), 'Files/Data/2/content.rtf': rtf('b') });
    expect(book.chapters).toEqual([{ title: 'Chapter 1', content: 'a', part: 'Beginnings' }, { title: 'Chapter 2', content: 'b' }]);
  });

  it('that is damaged or hostile is refused', async () => {
    await expect(read({ 'N.scrivx': scrivx('') })).rejects.toMatchObject({ code: 'import_empty' });
    await expect(read({ 'N.scrivx': '<Binder>'.repeat(100_000) })).rejects.toMatchObject({ code: 'too_large' });
    await expect(read({ 'N.scrivx': scrivx(item('A', 'Text', 'One')), 'Files/Data/A/content.rtf': 'no rtf' })).rejects.toMatchObject({ code: 'import_damaged', message: expect.stringContaining('“One”') });
  });
});

describe('an RTF text', () => {
  it('keeps letters in every encoding, and the signs that have words', async () => {
    expect(await readText("Caf\\'e9 \\u8212?\\uc2\\u1078??\\uc1 {\\f1 \\'e6} \\ldblquote x\\rdblquote\\~y \\u-10179?\\u-8694? \\{\\}")).toBe('Café —жж “x”\u00A0y 😊 {}');
  });

  it('keeps emphasis, lists, headings, links and footnotes, and brings no font, picture or command', async () => {
    expect(await readText('\\outlinelevel0 One\\par\\pard {\\b bold}, \\i slanted\\i0 , {\\ul typed}.\\line next\\par {\\listtext\\tab 1.\\tab}first\\par\\pard {\\field{\\*\\fldinst{HYPERLINK "https://e.org/"}}{\\fldrslt here}}{\\footnote Aside.}\\par {\\pict\\bin4 }}{}x}{\\*\\unknown secret}# # #\\par End')).toBe(
      '**bold**, *slanted*, *typed*.\\\nnext\n\n1. first\n\n[here](https://e.org/)[^1]\n\n* * *\n\nEnd\n\n[^1]: Aside.',
    );
  });

  it.each([
    ['nests without end', '{'.repeat(200_000)],
    ['is nothing but pieces', '\\i x\\i0 y'.repeat(550_000)],
  ])('that %s is refused', async (_what, body) => {
    await expect(readText(body)).rejects.toMatchObject({ code: 'too_large' });
  });

  it('that claims more bytes than it has is read to its end', async () => {
    expect(await readText('a\\par {\\pict\\bin2000000000 x}')).toBe('a');
    expect(await readText("a \\'")).toBe('a');
  });
});
