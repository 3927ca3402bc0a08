/** The novels in manuscripts/, as the compiler gets them. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Manuscript, ManuscriptChapter } from '../../contract/manuscript.ts';
import type { CompileOptions } from '../compile-manuscript.ts';

export const MANUSCRIPTS = fileURLToPath(new URL('../../../manuscripts/', import.meta.url));

export interface RealBook extends Manuscript {
  chapters: ManuscriptChapter[];
}

export function readRealBook(name: 'frankenstein' | 'war-and-peace'): RealBook {
  const folder = `${MANUSCRIPTS}${name}/`;
  const book = JSON.parse(readFileSync(`${folder}book.json`, 'utf8')) as { title: string; author: string; language: string; chapters: { file: string; title: string }[] };
  return {
    ...book,
    chapters: book.chapters.map(({ file, title }) => ({ id: file, title, edition: 'draft' as const, markdown: readFileSync(folder + file, 'utf8') })),
  };
}

/** A manuscript of given texts. */
export function makeManuscript(chapters: { title?: string; markdown: string }[], head: Partial<Manuscript> = {}): RealBook {
  return {
    title: 'A Book',
    author: 'A. Writer',
    language: 'en-GB',
    ...head,
    chapters: chapters.map(({ title = '', markdown }, index) => ({ id: `c${index + 1}`, title, edition: 'draft' as const, blob_id: `b${index + 1}`, blob_version: 1, markdown })),
  };
}

export function quietly(signal: AbortSignal = new AbortController().signal): CompileOptions {
  return { signal, onProgress() {} };
}

/** No sign of it is made the language's: what went in can be compared letter by letter. */
export function asWritten(): CompileOptions {
  return { ...quietly(), layout: { typography: 'as-written' } };
}
