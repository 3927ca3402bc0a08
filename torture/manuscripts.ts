/**
 * Real books and one of all that breaks manuscripts, compiled to every format and look, and judged by other programs: EPUBCheck, axe, LibreOffice,
 * mammoth, qpdf and Poppler. A seed is a place in the list of cases: with `--seed 0` and time enough, each is made once.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileManuscript, type CompiledManuscript } from '#processors/book-compiler/compile-manuscript.ts';
import { readDocx, readEpub, readHtml, splitWords } from '#processors/book-compiler/test-support/read-back.ts';
import { readPdf } from '#processors/book-compiler/test-support/read-pdf.ts';
import { missingOf } from '#processors/book-compiler/test-support/torture-book.ts';
import type { CompileFormat } from '#processors/contract/manuscript.ts';
import { createNodeTypesetter } from '#processors/hosts/node/typesetter.ts';
import { makeCases, type Case } from './manuscripts/cases.ts';
import { checkDocx } from './manuscripts/check-docx.ts';
import { checkEpub } from './manuscripts/check-epub.ts';
import { repeatRuns, type RunPart } from './part.ts';

export const run: RunPart = (options) => runCases(options, makeCases());

export async function runCases(options: Parameters<RunPart>[0], cases: readonly Case[]): ReturnType<RunPart> {
  return await repeatRuns({ ...options, runs: Math.min(options.runs ?? cases.length, cases.length) }, async (seed) => {
    const one = cases[seed % cases.length]!;
    const started = performance.now();
    const wrong = await judge(one);
    options.report(`${wrong.length === 0 ? '✓' : '✗'} ${seed % cases.length + 1} of ${cases.length}: ${one.name}, ${((performance.now() - started) / 1000).toFixed(1)} s`);
    if (wrong.length > 0) throw new Error(`${one.name}:\n${wrong.join('\n')}`);
  });
}

const READERS: Partial<Record<CompileFormat, (bytes: Uint8Array) => string>> = {
  epub: (bytes) => readEpub(bytes).flatMap(({ words }) => words).join(' '),
  docx: (bytes) => readDocx(bytes).flatMap(({ words }) => words).join(' '),
  html: (bytes) => readHtml(bytes).flatMap(({ words }) => words).join(' '),
  text: (bytes) => splitWords(new TextDecoder('utf-8', { fatal: true }).decode(bytes)).join(' '),
};

/** @returns what is wrong, a line each */
async function judge({ manuscript, chapters, format, layout }: Case): Promise<string[]> {
  const compile = (typography: 'typeset' | 'as-written'): Promise<CompiledManuscript> => compileManuscript(manuscript, format, { signal: new AbortController().signal, onProgress: () => undefined, layout: { ...layout, typography }, typesetter: createNodeTypesetter() });
  const compiled = await compile('typeset');
  const wrong = await checkFile(compiled, format);
  // Compared letter by letter where no sign is made the language's.
  const read = READERS[format];
  if (chapters && read) wrong.push(...missingOf(chapters, read((await compile('as-written')).bytes)));
  return wrong;
}

async function checkFile({ bytes, manifest }: CompiledManuscript, format: CompileFormat): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'recto-manuscripts-'));
  const path = join(folder, `book.${format}`);
  try {
    writeFileSync(path, bytes);
    if (format === 'epub') return await checkEpub(path, bytes, folder);
    if (format === 'docx') return await checkDocx(path, bytes, folder, manifest.words_out);
    return format === 'pdf' ? await checkPdf(bytes) : [];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function checkPdf(bytes: Uint8Array): Promise<string[]> {
  const { faults, fonts, pages } = await readPdf(bytes);
  const loose = fonts.filter(({ embedded }) => !embedded).map(({ name }) => `the font ${name} is not embedded`);
  return [...(faults === '' ? [] : [`qpdf: ${faults}`]), ...loose, ...(pages.length === 0 || fonts.length === 0 ? ['there are no pages, or no fonts'] : [])];
}
