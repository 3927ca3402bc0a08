import { describe, expect, it } from 'vitest';
import { readManuscript } from '../book-import/read-manuscript.ts';
import type { CompileFormat } from '../contract/manuscript.ts';
import { STYLES } from '../contract/layout-options.ts';
import { createNodeTypesetter } from '../hosts/node/typesetter.ts';
import { compileManuscript } from './compile-manuscript.ts';
import { readDocx, readEpub, readHtml, splitWords, type ReadChapter } from './test-support/read-back.ts';
import { readPdf } from './test-support/read-pdf.ts';
import { asWritten, makeManuscript, quietly } from './test-support/real-books.ts';
import { makeTortureBook, missingOf } from './test-support/torture-book.ts';

const { manuscript, chapters } = makeTortureBook({ lines: 10, characters: 30_000 });
const typesetter = createNodeTypesetter();

const READERS: Partial<Record<CompileFormat, (bytes: Uint8Array) => Promise<string> | string>> = {
  epub: (bytes) => join(readEpub(bytes)),
  docx: (bytes) => join(readDocx(bytes)),
  html: (bytes) => join(readHtml(bytes)),
  text: (bytes) => splitWords(new TextDecoder('utf-8', { fatal: true }).decode(bytes)).join(' '),
  markdown: (bytes) => readAgain('book.md', bytes),
  'markdown-folder': (bytes) => readAgain('book.zip', bytes),
};

/** As Recto imports it. */
async function readAgain(name: string, bytes: Uint8Array): Promise<string> {
  const imported = await readManuscript({ kind: 'file', name, bytes }, quietly());
  const again = makeManuscript(imported.chapters.map(({ title, content }) => ({ title, markdown: content })));
  return join(readHtml((await compileManuscript(again, 'html', asWritten())).bytes));
}

/** Without accents, since capitals have none in Greek. */
const lettersOf = (text: string): string => text.replace(/\s/g, '').normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
const join = (sections: readonly ReadChapter[]): string => sections.flatMap(({ words }) => words).join(' ');

describe('a book with all that breaks manuscripts', () => {
  it.each(Object.entries(READERS))('keeps every readable character as %s, and says what was replaced', async (format, read) => {
    const { bytes, manifest } = await compileManuscript(manuscript, format as CompileFormat, asWritten());
    expect(missingOf(chapters, await read(bytes))).toEqual([]);
    expect(manifest.replaced).toEqual(expect.arrayContaining([expect.stringContaining('U+0007'), expect.stringContaining('U+D800'), expect.stringContaining('{nonsense}')]));
    // Windows, macOS and Linux take it.
    expect(manifest.file_name).toMatch(/^[^<>:"/\\|?*]+\.\w+$/);
    expect(manifest.file_name).not.toMatch(/^(?:con|nul|aux|prn)\./i);
  });

  it.each(STYLES.docx)('keeps every readable character as %s in Word', async (style) => {
    const { bytes } = await compileManuscript(manuscript, 'docx', { ...quietly(), layout: { style, typography: 'as-written' } });
    expect(missingOf(chapters, join(readDocx(bytes)))).toEqual([]);
  });

  it.each(STYLES.pdf)('is a sound PDF with all its fonts as %s, and names what no font has', async (style) => {
    const { bytes, manifest } = await compileManuscript(manuscript, 'pdf', { ...quietly(), layout: { style }, typesetter });
    const { pages, fonts, faults } = await readPdf(bytes);
    expect(faults).toBe('');
    expect(fonts.filter(({ embedded }) => !embedded)).toEqual([]);
    expect(pages.length).toBeGreaterThan(40);
    const letters = lettersOf(pages.join(''));
    for (const part of ['Universal Declaration of Human Rights', 'level99', '<script>alert', 'Всеобщая декларация', 'Οικουμενική διακήρυξη']) expect(letters).toContain(lettersOf(part));
    expect(manifest.replaced?.join('\n')).toMatch(/No font for PDF has/);
  });
});
