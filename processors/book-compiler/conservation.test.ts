import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RectoError } from '#schemas/errors.ts';
import type { CompileFormat } from '../contract/manuscript.ts';
import { readManuscript } from '../book-import/read-manuscript.ts';
import { compileManuscript } from './compile-manuscript.ts';
import { foldTypography } from './typeset.ts';
import { anyMarkdown, knownChapters } from './test-support/random-manuscript.ts';
import { readDocx, readEpub, readHtml, splitWords, type ReadChapter } from './test-support/read-back.ts';
import { asWritten, makeManuscript, quietly } from './test-support/real-books.ts';

const RUNS = { numRuns: 100 };

const READERS: Partial<Record<CompileFormat, (bytes: Uint8Array) => ReadChapter[]>> = { epub: readEpub, docx: readDocx, html: readHtml };

describe('random manuscripts', () => {
  for (const [format, read] of Object.entries(READERS) as [CompileFormat, (bytes: Uint8Array) => ReadChapter[]][])
    it(`come out as ${format} with every word in order, in well-formed XML`, async () => {
      await fc.assert(
        fc.asyncProperty(knownChapters, async (chapters) => {
          const { bytes } = await compileManuscript(makeManuscript(chapters, { title: '<&">', author: 'A & B' }), format, asWritten());
          expect(read(bytes)).toEqual(chapters.map(({ title, words }) => ({ title: splitWords(title).join(' '), words: [...splitWords(title), ...words] })));
        }),
        RUNS,
      );
    });

  it('come out as plain text with every word in order', async () => {
    await fc.assert(
      fc.asyncProperty(knownChapters, async (chapters) => {
        const { bytes } = await compileManuscript(makeManuscript(chapters), 'text', asWritten());
        expect(splitWords(new TextDecoder().decode(bytes))).toEqual(['A', 'Book', 'A.', 'Writer', ...chapters.flatMap(({ title, textWords }) => [...splitWords(title), ...textWords])]);
      }),
      RUNS,
    );
  });

  it('keep every word in order where quotes, dashes and spaces are set for their language', async () => {
    const letters = (words: readonly string[]): string => foldTypography(words.join(' '));
    await fc.assert(
      fc.asyncProperty(knownChapters, fc.constantFrom('en', 'fr', 'de', 'pl'), async (chapters, language) => {
        const { bytes } = await compileManuscript(makeManuscript(chapters, { language }), 'html', quietly());
        expect(readHtml(bytes).map(({ words }) => letters(words))).toEqual(chapters.map(({ title, words }) => letters([...splitWords(title), ...words])));
      }),
      RUNS,
    );
  });

  it('come out as Markdown that imports as the same book', async () => {
    await fc.assert(
      fc.asyncProperty(knownChapters, async (chapters) => {
        const titled = chapters.map((chapter, index) => ({ ...chapter, title: chapter.title || `Untitled ${index}` }));
        const manuscript = makeManuscript(titled);
        const { bytes } = await compileManuscript(manuscript, 'markdown', quietly());
        const imported = await readManuscript({ kind: 'file', name: 'book.md', bytes }, quietly());
        const again = await compileManuscript(makeManuscript(imported.chapters.map(({ title, content }) => ({ title, markdown: content }))), 'html', quietly());
        const direct = await compileManuscript(manuscript, 'html', quietly());
        expect(new TextDecoder().decode(again.bytes)).toBe(new TextDecoder().decode(direct.bytes));
      }),
      RUNS,
    );
  });
});

it('takes any text whatever, in every format, and either keeps its words or says that there are none', async () => {
  const compile = async (markdown: string, title: string, format: CompileFormat): Promise<string> => {
    try {
      const { bytes } = await compileManuscript(makeManuscript([{ title, markdown }], { title, author: title, language: title }), format, quietly());
      READERS[format]?.(bytes);
      return 'compiled';
    } catch (error) {
      if (error instanceof RectoError) return error.code;
      throw error;
    }
  };
  await fc.assert(
    fc.asyncProperty(anyMarkdown, fc.string({ unit: 'binary', maxLength: 20 }), fc.constantFrom<CompileFormat>('markdown', 'html', 'text', 'epub', 'docx'), async (markdown, title, format) => {
      expect(['compiled', 'compile_empty']).toContain(await compile(markdown, title, format));
    }),
    { numRuns: 6 * RUNS.numRuns },
  );
});
