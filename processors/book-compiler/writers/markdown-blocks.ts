/** Blocks as CommonMark. What it writes, `parseChapter` reads back as the same blocks. */
import type { Block } from '../model.ts';
import { writeMarkdownInlines } from './markdown-inlines.ts';

/** Each block's text, without blank lines around it. */
export function writeMarkdownBlocks(blocks: readonly Block[]): string {
  let previous: Block | undefined;
  let second = false;
  return blocks
    .map((block) => {
      // Two lists of a kind in a row would be one, so the second takes the other mark.
      second = block.kind === 'list' && previous?.kind === 'list' && previous.ordered === block.ordered && !second;
      previous = block;
      return writeBlock(block, second);
    })
    .join('\n\n');
}

export function writeMarkdownHeading(level: number, text: string): string {
  return `${'#'.repeat(level)} ${text.replace(/\\?\n/g, ' ').trim().replace(/#+$/, '\\$&')}`;
}

function writeBlock(block: Block, secondMark: boolean): string {
  switch (block.kind) {
    case 'paragraph':
      return writeParagraph(writeMarkdownInlines(block.inlines));
    case 'heading':
      return writeMarkdownHeading(block.level, writeMarkdownInlines(block.inlines));
    case 'quote':
      return writeMarkdownBlocks(block.blocks).replace(/^/gm, '> ').replace(/^> $/gm, '>');
    case 'list':
      return writeList(block, secondMark);
    case 'scene-break':
      return '* * *';
    case 'verbatim':
      return writeVerbatim(block.text);
  }
}

/** A line that starts like a heading, a quote, a list or a rule is not one. */
function writeParagraph(text: string): string {
  return text
    .replace(/(?:\s*\\\n)+\s*$/, '')
    .trim()
    .split('\n')
    .map((line) =>
      line
        .replace(/^[ \t]+/, '')
        .replace(/^(?:#{1,6}(?=\s|$)|[-+](?=\s|$)|[>=]|~~~|-[-\s]*$)/, '\\$&')
        .replace(/^(\d{1,9})([.)])(?=\s|$)/, '$1\\$2')
        // Literal ones are escaped, so this is a reference, and no beginning of a note.
        .replace(/^(\[\^[^\s\]]+\]):/, '$1\\:'),
    )
    .join('\n');
}

function writeList(list: Extract<Block, { kind: 'list' }>, secondMark: boolean): string {
  const tight = list.items.every((item) => item.length <= 1 || (item.length === 2 && item[1]?.kind === 'list'));
  return list.items
    .map((item, index) => {
      const mark = list.ordered ? `${list.start + index}${secondMark ? ')' : '.'} ` : secondMark ? '+ ' : '- ';
      const text = writeMarkdownBlocks(item);
      return (mark + text.replace(/\n(?=[^\n])/g, `\n${' '.repeat(mark.length)}`)).trimEnd();
    })
    .join(tight ? '\n' : '\n\n');
}

function writeVerbatim(text: string): string {
  const runs = text.match(/`{3,}/g) ?? [];
  const fence = '`'.repeat(Math.max(3, 1 + Math.max(0, ...runs.map((run) => run.length))));
  return `${fence}\n${text === '' || text.endsWith('\n') ? text : `${text}\n`}${fence}`;
}
