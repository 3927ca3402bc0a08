/**
 * Plain text: UTF-8, a paragraph a line, a blank line between two, two before a chapter. Quotes and lists are
 * set in by four spaces a level.
 */
import { inlineText, makesItself, type Block, type Footnote, type Inline } from '../model.ts';
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
  typography: 'typeset',
  start({ head, layout, replacements }) {
    const encoder = new TextEncoder();
    const lines = [head.title, head.subtitle, head.author].filter(Boolean);
    const chunks = [encoder.encode(`${lines.join('\n')}\n`)];
    const context = { replacements, sceneBreak: layout.scene_break ?? '* * *' };
    return {
      writeSection(section) {
        // The file begins with the title; contents are for what has pages.
        if (makesItself(section.kind)) return '';
        const number = section.numberLine === '' ? [] : [`${ADDED}${section.numberLine}${END}`];
        const title = section.title === '' ? [] : [section.title];
        const marked = [[...number, ...title].join('\n'), ...writeBlocks(section.blocks, '', context), ...section.notes.map((note) => writeNote(note, context))].filter(Boolean).join('\n\n');
        chunks.push(encoder.encode(`\n\n\n${marked.replace(ADDITION_MARKS, '')}\n`));
        return foldWords(marked.replace(ADDITIONS, ''));
      },
      finish: () => joinBytes(chunks),
    };
  },
};

interface Context {
  replacements: Replacements;
  sceneBreak: string;
}

/** Each block as its lines, set in by `indent`. */
function writeBlocks(blocks: readonly Block[], indent: string, context: Context): string[] {
  return blocks.map((block) => {
    switch (block.kind) {
      case 'paragraph':
      case 'heading':
        return indent + writeLines(block.inlines, indent, context);
      case 'quote':
        return writeBlocks(block.blocks, indent + INDENT, context).join('\n\n');
      case 'list':
        return block.items.map((item, index) => writeItem(item, block.ordered ? `${block.start + index}.` : '•', indent, context)).join('\n');
      case 'scene-break':
        return `${indent}${ADDED}${context.sceneBreak}${END}`;
      case 'verbatim':
        return block.text.replace(/\n$/, '').replace(/^/gm, indent);
    }
  });
}

function writeItem(blocks: readonly Block[], mark: string, indent: string, context: Context): string {
  const lines = writeBlocks(blocks, indent + INDENT, context).join('\n');
  return `${indent}${ADDED}${mark.padEnd(INDENT.length)}${END}${lines.slice(indent.length + INDENT.length)}`;
}

function writeLines(inlines: readonly Inline[], indent: string, context: Context): string {
  noteImages(inlines, context.replacements);
  return writeInlines(inlines, `\n${indent}`);
}

function writeInlines(inlines: readonly Inline[], lineEnd: string): string {
  return inlines
    .map((inline) => {
      if (inline.kind === 'break') return lineEnd;
      if (inline.kind === 'footnote') return `${ADDED}[${inline.note.number}]${END}`;
      return 'children' in inline ? writeInlines(inline.children, ' ') : inlineText([inline]);
    })
    .join('');
}

/** `[1]`, then the note, set in. */
function writeNote({ number, blocks }: Footnote, context: Context): string {
  const text = writeBlocks(blocks, INDENT, context).join('\n\n');
  return `${ADDED}${`[${number}] `.padEnd(INDENT.length)}${END}${text.slice(INDENT.length)}`;
}

function noteImages(inlines: readonly Inline[], replacements: Replacements): void {
  for (const inline of inlines) {
    if (inline.kind === 'image') noteImage(inline, replacements);
    else if ('children' in inline) noteImages(inline.children, replacements);
  }
}
