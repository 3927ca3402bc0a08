/** Puts together what Word keeps as paragraphs in a row: lists, quotes, verbatim lines, scene breaks that are blank lines. */
import type { Block } from '../book-compiler/model.ts';
import type { SourceBlock } from './source-blocks.ts';

type Item = Extract<SourceBlock, { kind: 'item' }>;

/** Of all paragraphs: a document with more blank ones parts its paragraphs with them. */
const FEW_BLANKS = 0.1;

/** Whether a blank paragraph between two others means a scene break in this document. */
export function blanksBreakScenes(blocks: readonly SourceBlock[]): boolean {
  const paragraphs = blocks.filter((block) => block.kind === 'paragraph').length;
  const blanks = blocks.filter((block) => block.kind === 'blank').length;
  return blanks > 0 && blanks < paragraphs * FEW_BLANKS && !blocks.some((block) => block.kind === 'scene-break');
}

export function groupBlocks(blocks: readonly SourceBlock[], blanksBreak: boolean): Block[] {
  const grouped: Block[] = [];
  for (let index = 0; index < blocks.length; index += 1) {
    const block = blocks[index];
    if (!block) break;
    const last = grouped.at(-1);
    switch (block.kind) {
      case 'note':
        break;
      case 'blank':
        if (blanksBreak && last?.kind === 'paragraph' && blocks[index + 1]?.kind === 'paragraph') grouped.push({ kind: 'scene-break' });
        break;
      case 'title':
      case 'subtitle':
        grouped.push({ kind: 'paragraph', inlines: block.inlines });
        break;
      case 'item': {
        const items = takeItems(blocks, index);
        grouped.push(...nestItems(items));
        index += items.length - 1;
        break;
      }
      case 'quote':
        if (last?.kind === 'quote') last.blocks.push(...block.blocks);
        else grouped.push({ kind: 'quote', blocks: [...block.blocks] });
        break;
      case 'verbatim':
        if (last?.kind === 'verbatim') grouped[grouped.length - 1] = { kind: 'verbatim', text: `${last.text}\n${block.text}` };
        else grouped.push(block);
        break;
      default:
        grouped.push(block);
    }
  }
  return grouped;
}

function takeItems(blocks: readonly SourceBlock[], from: number): Item[] {
  const items: Item[] = [];
  for (const block of blocks.slice(from)) {
    if (block.kind !== 'item') break;
    items.push(block);
  }
  return items;
}

/** Items in a row, by their levels, as lists in lists. */
function nestItems(items: readonly Item[]): Block[] {
  const lists: Extract<Block, { kind: 'list' }>[] = [];
  const top = Math.min(...items.map((item) => item.level));
  for (let index = 0; index < items.length; ) {
    const item = items[index];
    if (!item) break;
    const deeper: Item[] = [];
    let next = index + 1;
    for (; (items[next]?.level ?? top) > top; next += 1) deeper.push(items[next] as Item);
    const inside = deeper.length > 0 ? nestItems(deeper) : [];
    const blocks: Block[] = item.level > top ? nestItems([item]) : [{ kind: 'paragraph', inlines: item.inlines }];
    const last = lists.at(-1);
    if (last && last.ordered === item.ordered) last.items.push([...blocks, ...inside]);
    else lists.push({ kind: 'list', ordered: item.ordered, start: 1, items: [[...blocks, ...inside]] });
    index = next;
  }
  return lists;
}
