/** What other programs make of the files: EPUBCheck, pandoc and mammoth. They are needed, not optional. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as fc from 'fast-check';
import mammoth from 'mammoth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CompileLayout } from '#schemas/generated/types.ts';
import { requireTool } from '#scripts/tools.ts';
import type { CompileFormat, Manuscript } from '../contract/manuscript.ts';
import { compileManuscript } from './compile-manuscript.ts';
import { knownChapters } from './test-support/random-manuscript.ts';
import { readEpub, splitWords } from './test-support/read-back.ts';
import { makeManuscript, quietly, readRealBook, type RealBook } from './test-support/real-books.ts';

const run = promisify(execFile);

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recto-formats-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function compileTo(book: Manuscript, format: CompileFormat, name: string, layout: CompileLayout = {}): Promise<string> {
  const { bytes } = await compileManuscript(book, format, { ...quietly(), layout });
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** The words of each chapter as pandoc reads a file: what stands behind each heading of the first level, it first. */
async function readByPandoc(path: string, format: string): Promise<string[][]> {
  const { stdout } = await run(requireTool('pandoc'), ['-f', format, '-t', 'json', path], { maxBuffer: 1e9 });
  const { blocks } = JSON.parse(stdout) as { blocks: Json[] };
  const chapters: string[][] = [];
  let text = '';
  const visit = (node: Json): void => {
    if (Array.isArray(node)) return node.forEach(visit);
    if (typeof node !== 'object' || node === null) return;
    const { t, c } = node as { t?: string; c?: Json };
    const parts = Array.isArray(c) ? c : [];
    if (t === 'Header' && parts[0] === 1) {
      chapters.push(splitWords(text));
      text = '';
    }
    if (t === 'Str') text += String(c);
    else if (t === 'Code' || t === 'CodeBlock') text += String(parts[1]);
    else if (t === 'Space' || t === 'SoftBreak' || t === 'LineBreak') text += ' ';
    // The others carry attributes first, and only then what can be read.
    else if (t === 'Header') visit(parts[2] ?? null);
    else if (t === 'OrderedList' || t === 'Link' || t === 'Image' || t === 'Span' || t === 'Div') visit(parts[1] ?? null);
    else if (c !== undefined) visit(c);
    if (t === 'Para' || t === 'Plain' || t === 'Header' || t === 'CodeBlock') text += '\n';
  };
  visit(blocks);
  chapters.push(splitWords(text));
  // Asterisks by themselves are scene breaks in formats that have no sign for them.
  return chapters.map((words) => words.filter((word) => word !== '*'));
}

/** The same of the manuscript's own Markdown, without Recto. */
async function readSource(book: RealBook): Promise<string[][]> {
  const path = join(folder, `${book.title}-source.md`);
  await writeFile(path, book.chapters.map(({ title, markdown }) => `# ${title}\n\n${markdown}`).join('\n\n'));
  return (await readByPandoc(path, 'commonmark')).slice(1);
}

async function checkEpub(path: string): Promise<{ severity: string; message: string }[]> {
  const report = `${path}.json`;
  await run(requireTool('java'), ['-jar', requireTool('epubcheck'), '--json', report, path], { maxBuffer: 1e8 }).catch(() => undefined);
  const { default: json } = (await import(report, { with: { type: 'json' } })) as { default: { messages: { severity: string; message: string }[] } };
  return json.messages.map(({ severity, message }) => ({ severity, message }));
}

describe.each(['frankenstein', 'war-and-peace'] as const)('%s', (name) => {
  const book = readRealBook(name);
  let source: string[][] = [];
  beforeAll(async () => {
    source = await readSource(book);
  }, 180_000);

  it('is an EPUB without errors or warnings', async () => {
    expect(await checkEpub(await compileTo(book, 'epub', `${name}-check.epub`))).toEqual([]);
  }, 180_000);

  // pandoc takes half a minute for the long EPUB; there a strict XML parser reads the chapters.
  it.each(name === 'frankenstein' ? (['epub', 'docx', 'html', 'markdown'] as const) : (['docx'] as const))(
    'reads back from %s by pandoc with the same words, chapter by chapter',
    async (format) => {
      const actual = await readByPandoc(await compileTo(book, format, `${name}.${format}`), format === 'markdown' ? 'commonmark+yaml_metadata_block' : format);
      expect(source).toHaveLength(book.chapters.length);
      expect(actual.slice(-source.length)).toEqual(source);
    },
    180_000,
  );

  it.each(name === 'frankenstein' ? (['manuscript-modern', 'manuscript-classic', 'editors'] as const) : [])('reads back from a Word document for %s with the same words', async (style) => {
    const actual = await readByPandoc(await compileTo(book, 'docx', `${name}-${style}.docx`, { style }), 'docx');
    const typed = (word: string): string => (style === 'manuscript-classic' ? word.replaceAll('—', '--') : word);
    const end = style === 'editors' ? [] : ['END'];
    const expected = source.map((words, index) => [...words.map(typed), ...(index === source.length - 1 ? end : [])]);
    expect(actual.slice(-source.length).map((words) => words.filter((word) => word !== '#'))).toEqual(expected);
  });

  it('reads back from each chapter file of the EPUB with the same words', async () => {
    const { bytes } = await compileManuscript(book, 'epub', quietly());
    expect(readEpub(bytes).map(({ words }) => words)).toEqual(source);
  });

  it('opens in mammoth as a Word document with headings, quotes and emphasis', async () => {
    const { bytes } = await compileManuscript(book, 'docx', quietly());
    const styleMap = [...STYLES.map((style) => `p[style-name='${style}'] => p:fresh`), "p[style-name='Quote'] => blockquote > p:fresh"];
    const { value, messages } = await mammoth.convertToHtml({ buffer: Buffer.from(bytes) }, { styleMap });
    expect(messages).toEqual([]);
    expect([...value.matchAll(/<h1>(.*?)<\/h1>/g)].map((match) => match[1])).toEqual(book.chapters.map(({ title }) => title));
    expect(value).toMatch(/<blockquote><p>.*<em>/);
  });
});

/** Recto's styles that mammoth has no rule of its own for. */
const STYLES = ['Title', 'Subtitle', 'Body Text', 'First Paragraph', 'Scene Break', 'List Paragraph', 'Verbatim'];

it('makes a valid EPUB of any manuscript', async () => {
  const seed = Date.now() & 0xffff;
  const chapters = fc.sample(knownChapters, { seed, numRuns: 15 }).flat();
  const path = await compileTo(makeManuscript(chapters, { title: '<&">', author: '“A” & <B>', language: 'ar' }), 'epub', 'random.epub');
  expect({ seed, messages: await checkEpub(path) }).toEqual({ seed, messages: [] });
});
