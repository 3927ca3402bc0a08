import { inlineText, type Block, type Inline } from '../book-compiler/model.ts';
import { cleanText } from '../book-compiler/clean-text.ts';
import { notesOf } from '../book-compiler/notes.ts';
import { parseChapter } from '../book-compiler/parse-chapter.ts';
import { Replacements } from '../book-compiler/replacements.ts';
import { foldWords } from '../book-compiler/words.ts';
import { NoteNames, writeMarkdownText } from '../book-compiler/writers/markdown-notes.ts';

/**
 * Blocks as Markdown that reads back as the same words. Emphasis that CommonMark can't say, such as a mark between
 * two letters and punctuation, gives way to the words.
 */
export function writeSafely(blocks: readonly Block[]): string {
  const notes = notesOf(blocks);
  new NoteNames().name(notes);
  const markdown = writeMarkdownText(blocks, notes);
  if (readsAs(markdown, blocks)) return markdown;
  for (const note of notes) note.blocks = note.blocks.map(keepSafe);
  return writeMarkdownText(blocks.map(keepSafe), notes);
}

function keepSafe(block: Block): Block {
  return readsAs(writeMarkdownText([block], notesOf([block])), [block]) ? block : withoutMarks(block);
}

function readsAs(markdown: string, blocks: readonly Block[]): boolean {
  const replacements = new Replacements();
  return foldWords(wholeText(parseChapter('', cleanText(markdown, replacements), replacements).blocks)) === foldWords(cleanText(wholeText(blocks), replacements));
}

/** With the notes that the blocks lead to. */
function wholeText(blocks: readonly Block[]): string {
  return [blocks, ...notesOf(blocks).map((note) => note.blocks)].map(blocksText).join('\n');
}

function blocksText(blocks: readonly Block[]): string {
  return blocks
    .map((block) => {
      if (block.kind === 'quote') return blocksText(block.blocks);
      if (block.kind === 'list') return block.items.map(blocksText).join('\n');
      if (block.kind === 'verbatim') return block.text;
      return block.kind === 'scene-break' ? '' : inlineText(block.inlines);
    })
    .join('\n');
}

function withoutMarks(block: Block): Block {
  switch (block.kind) {
    case 'paragraph':
    case 'heading':
      return { ...block, inlines: plainInlines(block.inlines) };
    case 'quote':
      return { ...block, blocks: block.blocks.map(withoutMarks) };
    case 'list':
      return { ...block, items: block.items.map((item) => item.map(withoutMarks)) };
    default:
      return block;
  }
}

/** The text, and the numbers of notes in it. */
function plainInlines(inlines: readonly Inline[]): Inline[] {
  return inlines.flatMap((inline): Inline[] => {
    if (inline.kind === 'footnote') return [inline];
    return 'children' in inline ? plainInlines(inline.children) : [{ kind: 'text', text: inlineText([inline]) }];
  });
}
