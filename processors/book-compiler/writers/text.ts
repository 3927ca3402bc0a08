/**
 * Plain text: UTF-8, a paragraph a line, a blank line between two, two before a chapter. Quotes and lists are
 * set in by four spaces a level.
 */
import { inlineText, type Block, type Inline } from '../model.ts';
import type { Replacements } from '../replacements.ts';
import { foldWords } from '../words.ts';
import { joinBytes } from '../zip.ts';
import type { WriterKind } from './writer.ts';
import { noteImage } from './xhtml.ts';

const INDENT = '    ';
/**
 * What the format adds to the author's words (bullets, numbers, scene breaks) stands between these two while a
 * chapter is put together, so that its words can be read back exactly. No clean text has them.
 */
const ADDED = '\u0001';
const END = '\u0002';
// oxlint-disable-next-line no-control-regex -- the two marks above
const ADDITIONS = /\u0001[^\u0002]*\u0002/g;
// oxlint-disable-next-line no-control-regex -- the two marks above
const ADDITION_MARKS = /[\u0001\u0002]/g;

export const textWriter: WriterKind = {
  format: 'text',
  mediaType: 'text/plain',
  extension: 'txt',
  start(head, replacements) {
    const encoder = new TextEncoder();
    const chunks = [encoder.encode(`${head.title}\n${head.author && `${head.author}\n`}`)];
    return {
      writeChapter(chapter) {
        const title = chapter.title === '' ? [] : [chapter.title];
        const marked = [...title, ...writeBlocks(chapter.blocks, '', replacements)].join('\n\n');
        chunks.push(encoder.encode(`\n\n\n${marked.replace(ADDITION_MARKS, '')}\n`));
        return foldWords(marked.replace(ADDITIONS, ' '));
      },
      finish: () => joinBytes(chunks),
    };
  },
};

/** Each block as its lines, set in by `indent`. */
function writeBlocks(blocks: readonly Block[], indent: string, replacements: Replacements): string[] {
  return blocks.map((block) => {
    switch (block.kind) {
      case 'paragraph':
      case 'heading':
        return indent + writeLines(block.inlines, indent, replacements);
      case 'quote':
        return writeBlocks(block.blocks, indent + INDENT, replacements).join('\n\n');
      case 'list':
        return block.items.map((item, index) => writeItem(item, block.ordered ? `${block.start + index}.` : '•', indent, replacements)).join('\n');
      case 'scene-break':
        return `${indent}${ADDED}* * *${END}`;
      case 'verbatim':
        return block.text.replace(/\n$/, '').replace(/^/gm, indent);
    }
  });
}

function writeItem(blocks: readonly Block[], mark: string, indent: string, replacements: Replacements): string {
  const lines = writeBlocks(blocks, indent + INDENT, replacements).join('\n');
  return `${indent}${ADDED}${mark.padEnd(INDENT.length)}${END}${lines.slice(indent.length + INDENT.length)}`;
}

function writeLines(inlines: readonly Inline[], indent: string, replacements: Replacements): string {
  noteImages(inlines, replacements);
  return inlines.map((inline) => (inline.kind === 'break' ? `\n${indent}` : inlineText([inline]))).join('');
}

function noteImages(inlines: readonly Inline[], replacements: Replacements): void {
  for (const inline of inlines) {
    if (inline.kind === 'image') noteImage(inline, replacements);
    else if ('children' in inline) noteImages(inline.children, replacements);
  }
}
