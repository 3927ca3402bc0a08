/** Chapters, of a document whose program knows only paragraphs and headings. */
import { inlineText, type Block, type Inline } from '../book-compiler/model.ts';
import { findReferences, numbersOf } from '../book-compiler/notes.ts';
import { isChapterLine } from './chapter-lines.ts';
import type { SourceBlock } from './source-blocks.ts';

export interface SourceSection {
  title: string;
  blocks: SourceBlock[];
  /** The title of a part that begins with it. */
  part?: string;
}

/** In a document without headings, lines like “Chapter 12” are the headings. */
export function markChapterLines(blocks: SourceBlock[]): SourceBlock[] {
  if (blocks.some((block) => block.kind === 'heading')) return blocks;
  const isLine = (block: SourceBlock): boolean => block.kind === 'paragraph' && isChapterLine(inlineText(block.inlines).trim());
  if (blocks.filter(isLine).length < 2) return blocks;
  return blocks.map((block) => (block.kind === 'paragraph' && isLine(block) ? { kind: 'heading', level: 1, inlines: block.inlines } : block));
}

/** The title and the author's name are the book's, not a chapter's. */
export function takeTitlePage(blocks: readonly SourceBlock[], author: string): SourceBlock[] {
  const firstTitle = blocks.find((block) => block.kind === 'title');
  return blocks.flatMap((block) => (block !== firstTitle && !(block.kind === 'subtitle' && author !== '' && plainText(block.inlines).toLowerCase().replace(/^by /, '') === author.toLowerCase()) ? [block] : numbersIn(block)));
}

/** A title stands in no text: the numbers of its notes stand below it. */
export function numbersIn(block: SourceBlock): Block[] {
  return 'inlines' in block ? numbersOf(findReferences(block.inlines).map(({ note }) => note)) : [];
}

/** At the highest headings; a single first one over several of the next level is the book's title. */
export function splitSections(blocks: readonly SourceBlock[]): { title: string; sections: SourceSection[] } {
  const levels = blocks.flatMap((block) => (block.kind === 'heading' ? [block.level] : []));
  const top = Math.min(...levels);
  const next = Math.min(...levels.filter((level) => level > top));
  const single = levels.filter((level) => level === top).length === 1 && levels[0] === top && levels.filter((level) => level === next).length > 1;
  const opens = single ? next : top;
  let title = '';
  const sections: SourceSection[] = [{ title: '', blocks: [] }];
  for (const block of blocks) {
    if (block.kind === 'heading' && single && block.level === top) {
      title = plainText(block.inlines);
      sections.at(-1)?.blocks.push(...numbersIn(block));
    } else if (block.kind === 'heading' && block.level === opens) sections.push({ title: plainText(block.inlines), blocks: numbersIn(block) });
    else sections.at(-1)?.blocks.push(block);
  }
  const hasText = sections[0]?.blocks.some((block) => block.kind !== 'blank' && block.kind !== 'note') ?? false;
  return { title, sections: hasText ? sections : sections.slice(1) };
}

export function textOfFirst(blocks: readonly SourceBlock[], kind: 'title'): string {
  const found = blocks.find((block) => block.kind === kind);
  return found && 'inlines' in found ? plainText(found.inlines) : '';
}

export function plainText(inlines: readonly Inline[]): string {
  return inlineText(inlines).replace(/\s+/g, ' ').trim();
}
