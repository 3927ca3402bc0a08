import { describe, expect, it } from 'vitest';
import { compileManuscript } from '../book-compiler/compile-manuscript.ts';
import type { Block, Inline } from '../book-compiler/model.ts';
import { parseChapter } from '../book-compiler/parse-chapter.ts';
import { Replacements } from '../book-compiler/replacements.ts';
import { makeManuscript, quietly, readRealBook, type RealBook } from '../book-compiler/test-support/real-books.ts';
import type { CompileFormat, ImportedManuscript } from '../contract/manuscript.ts';
import { readManuscript } from './read-manuscript.ts';

/** What must come back of a book: its words in order, and beside them the headings, the emphasis and the scene breaks. */
function outline(chapters: readonly { title: string; markdown: string }[]): string[] {
  return chapters.flatMap(({ title, markdown }) => [`CHAPTER ${title}`, ...parseChapter(title, markdown, new Replacements()).blocks.flatMap((block) => describeBlock(block))]);
}

function describeBlock(block: Block): string[] {
  switch (block.kind) {
    case 'scene-break':
      return ['SCENE BREAK'];
    case 'quote':
      return block.blocks.flatMap(describeBlock).map((line) => `> ${line}`);
    case 'list':
      return block.items.flatMap((item) => item.flatMap(describeBlock).map((line) => `- ${line}`));
    case 'verbatim':
      return [block.text];
    default:
      return [(block.kind === 'heading' ? '#'.repeat(block.level) : '') + describeInlines(block.inlines).replace(/\s+/g, ' ').trim()].filter((line) => line !== '');
  }
}

function describeInlines(inlines: readonly Inline[]): string {
  return inlines
    .map((inline) => {
      if (inline.kind === 'text' || inline.kind === 'code') return inline.text;
      if (inline.kind === 'emphasis') return `<em>${describeInlines(inline.children)}</em>`;
      if (inline.kind === 'strong') return `<strong>${describeInlines(inline.children)}</strong>`;
      if (inline.kind === 'image') return inline.alt;
      if (inline.kind === 'footnote') return `<note>${inline.note.blocks.flatMap(describeBlock).join(' | ')}</note>`;
      return inline.kind === 'break' ? ' / ' : describeInlines(inline.children);
    })
    .join('')
    .replace(/<\/(em|strong)><\1>/g, '');
}

const asWritten = { ...quietly(), layout: { typography: 'as-written' as const } };

const writeBook = async (book: RealBook, format: CompileFormat): Promise<Uint8Array> => (await compileManuscript(book, format, asWritten)).bytes;

const readBook = (bytes: Uint8Array, format: CompileFormat): Promise<ImportedManuscript> => readManuscript({ kind: 'file', name: `x.${format}`, bytes }, quietly());

const asMarkdown = ({ chapters }: ImportedManuscript): { title: string; markdown: string }[] => chapters.map(({ title, content }) => ({ title, markdown: content }));

describe.each(['epub', 'html', 'docx'] as const)('out as %s, in, and out again keeps each word, heading, emphasis and scene break', (format) => {
  it('of Frankenstein', async () => {
    const book = readRealBook('frankenstein');
    const imported = await readBook(await writeBook(book, format), format);
    expect(imported).toMatchObject({ title: book.title, author: book.author, language: book.language });
    expect(outline(asMarkdown(imported))).toEqual(outline(book.chapters));
    const again = await readBook(await writeBook(makeManuscript(asMarkdown(imported), { title: imported.title, author: imported.author, language: imported.language }), format), format);
    expect(again).toEqual(imported);
  });

  // What comes in is what went out, so going out again is the same once more.
  it('of War and Peace', async () => {
    const book = readRealBook('war-and-peace');
    const imported = await readBook(await writeBook(book, format), format);
    expect(imported).toMatchObject({ title: book.title, author: book.author, language: book.language });
    expect(outline(asMarkdown(imported))).toEqual(outline(book.chapters));
  });
});
