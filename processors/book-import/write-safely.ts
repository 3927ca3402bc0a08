import { inlineText, type Block } from '../book-compiler/model.ts';
import { cleanText } from '../book-compiler/clean-text.ts';
import { parseChapter } from '../book-compiler/parse-chapter.ts';
import { Replacements } from '../book-compiler/replacements.ts';
import { foldWords } from '../book-compiler/words.ts';
import { writeMarkdownBlocks } from '../book-compiler/writers/markdown-blocks.ts';

/**
 * Blocks as Markdown that reads back as the same words. Emphasis that CommonMark can't say, such as a mark between
 * two letters and punctuation, gives way to the words.
 */
export function writeSafely(blocks: readonly Block[]): string {
  const markdown = writeMarkdownBlocks(blocks);
  if (readsAs(markdown, blocks)) return markdown;
  return writeMarkdownBlocks(blocks.map((block) => (readsAs(writeMarkdownBlocks([block]), [block]) ? block : withoutMarks(block))));
}

function readsAs(markdown: string, blocks: readonly Block[]): boolean {
  const replacements = new Replacements();
  return foldWords(blocksText(parseChapter('', cleanText(markdown, replacements), replacements).blocks)) === foldWords(cleanText(blocksText(blocks), replacements));
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
      return { ...block, inlines: [{ kind: 'text', text: inlineText(block.inlines) }] };
    case 'quote':
      return { ...block, blocks: block.blocks.map(withoutMarks) };
    case 'list':
      return { ...block, items: block.items.map((item) => item.map(withoutMarks)) };
    default:
      return block;
  }
}
