import type { Block } from '../book-compiler/model.ts';
import type { HtmlLosses } from './html-blocks.ts';
import type { SourceBlock } from './source-blocks.ts';

/** The blocks of a page as they are written: a blank line between two paragraphs is a scene break, where it means one. */
export function settleBlocks(blocks: readonly SourceBlock[], blanksBreak: boolean): Block[] {
  return blocks.flatMap((block, index): Block[] => {
    if (block.kind === 'blank') return blanksBreak && blocks[index - 1]?.kind === 'paragraph' && blocks[index + 1]?.kind === 'paragraph' ? [{ kind: 'scene-break' }] : [];
    if (block.kind === 'note') return [];
    if (block.kind === 'title' || block.kind === 'subtitle' || block.kind === 'item') return [{ kind: 'paragraph', inlines: block.inlines }];
    return [block];
  });
}

export function describeHtmlLosses({ pictures, tables }: Pick<HtmlLosses, 'pictures' | 'tables'>, blanksBreak: boolean): string[] {
  return [
    pictures > 0 && `${pictures} ${pictures === 1 ? 'picture was' : 'pictures were'} left out; their descriptions, where they have one, stand in the text.`,
    tables > 0 && `${tables} ${tables === 1 ? 'table' : 'tables'} became paragraphs, a cell each.`,
    blanksBreak && 'Blank lines between paragraphs became scene breaks.',
  ].filter((warning) => warning !== false);
}
