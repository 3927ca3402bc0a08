import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { CompileFormat } from '../contract/manuscript.ts';
import { compileManuscript } from './compile-manuscript.ts';
import { chaptersWithoutNotes } from './test-support/random-manuscript.ts';
import { readByMammoth, readByPandoc } from './test-support/read-by-others.ts';
import { splitWords } from './test-support/read-back.ts';
import { asWritten, makeManuscript } from './test-support/real-books.ts';

const READERS: [string, CompileFormat, (bytes: Uint8Array) => Promise<string[]>][] = [
  ['pandoc', 'docx', (bytes) => readByPandoc(bytes, 'docx')],
  ['mammoth', 'docx', readByMammoth],
  ['pandoc', 'epub', (bytes) => readByPandoc(bytes, 'epub')],
  ['pandoc', 'html', (bytes) => readByPandoc(bytes, 'html')],
  ['pandoc', 'markdown', (bytes) => readByPandoc(bytes, 'commonmark+yaml_metadata_block')],
];

/** Stands once among the words: what is before it is the file’s own pages. */
const BEGIN = 'Beginning-of-the-text';

it.each(READERS)('%s reads every word of random manuscripts as %s, in order', async (_program, format, read) => {
  const seed = Date.now() & 0xffff;
  // Many at once: what takes the time is the other program’s start.
  const chapters = fc.sample(chaptersWithoutNotes, { seed, numRuns: 40 }).flat();
  const { bytes } = await compileManuscript(makeManuscript([{ title: BEGIN, markdown: 'Here.' }, ...chapters]), format, asWritten());
  const words = await read(bytes);
  const from = words.lastIndexOf(BEGIN);
  // Scene breaks are asterisks in some formats, and lines in others; pandoc composes letters of Markdown.
  const signs = (list: readonly string[]): string[] => list.filter((word) => word !== '*').map((word) => word.normalize('NFC'));
  const expected = [BEGIN, 'Here.', ...chapters.flatMap(({ title, words: own }) => [...splitWords(title), ...own])];
  expect({ seed, words: signs(words.slice(from)) }).toEqual({ seed, words: signs(expected) });
});
