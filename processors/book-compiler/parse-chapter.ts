import type { SyntaxNode } from '@lezer/common';
import { parseProse } from '../contract/prose-markdown.ts';
import { readFootnotes, type NoteDefinition } from '../contract/footnotes.ts';
import { inlineText, type Block, type Footnote, type Inline } from './model.ts';
import { createNote, findReferences, numbersOf } from './notes.ts';
import { noteComment, readInlines, type ChapterSource } from './parse-inlines.ts';
import { isClosedComment, readLiteral, splitRawBlock } from './raw-html.ts';
import { readReferences } from './references.ts';
import type { Replacements } from './replacements.ts';
import { readSourceWords } from './source-words.ts';
import { countWords, foldWords } from './words.ts';

export interface ParsedChapter {
  blocks: Block[];
  /** Title and text, folded: what every writer's output must read as. Found without the model. */
  expectedWords: string;
  /** Words of the text alone. */
  words: number;
}

/** Lists and quotes nested deeper stand at this depth: XML parsers and readers have limits of their own. */
const DEEPEST = 40;

/**
 * Reads one chapter: Markdown to the manuscript model.
 * @param title clean, may be empty. A first heading that repeats it is taken for it.
 * @param markdown clean (see `cleanText`)
 */
export function parseChapter(title: string, markdown: string, replacements: Replacements): ParsedChapter {
  const tree = parseProse(markdown);
  const references = readReferences(tree, markdown);
  const footnotes = readFootnotes(tree, markdown);
  const notes = new Map(footnotes.inOrder.map((definition): [NoteDefinition, Footnote] => [definition, { ...createNote(definition.name), isLoose: definition.isLoose }]));
  const noteOf = (reference: string): Footnote | undefined => {
    const definition = footnotes.find(reference);
    return definition && notes.get(definition);
  };
  const source: ChapterSource = { text: markdown, references, noteOf, replacements, rawDepth: 0 };
  const blocks = readBlocks(source, tree.topNode, 0);
  for (const [{ node }, note] of notes) note.blocks = withoutHeadings(readBlocks(source, node, 0));
  blocks.push(...numbersOf(takeLoose([...notes.values()], replacements)));
  const sourceWords = readSourceWords(tree, markdown, { references, footnotes });
  const own = repeatsTitle(blocks[0], title) ? foldWords(takeTitle(blocks)) : '';
  levelHeadings(blocks);
  const body = sourceWords.slice(own.length).trim();
  return { blocks, expectedWords: foldWords(`${title} ${body}`), words: countWords(body) };
}

function readBlocks(source: ChapterSource, parent: SyntaxNode, depth: number): Block[] {
  const blocks: Block[] = [];
  for (let node = parent.firstChild; node; node = node.nextSibling) blocks.push(...readBlock(source, node, depth));
  return blocks;
}

function readBlock(source: ChapterSource, node: SyntaxNode, depth: number): Block[] {
  switch (node.name) {
    case 'Paragraph':
      return paragraph(readInlines(source, node));
    case 'Blockquote': {
      const blocks = readBlocks(source, node, depth + 1);
      return depth >= DEEPEST || blocks.length === 0 ? blocks : [{ kind: 'quote', blocks }];
    }
    case 'BulletList':
    case 'OrderedList':
      return readList(source, node, depth);
    case 'HorizontalRule':
      return [{ kind: 'scene-break' }];
    case 'FencedCode':
      return [{ kind: 'verbatim', text: readCodeLines(source, node) }];
    case 'LinkReference':
      return source.references.isUsed(node.from) ? [] : readRaw(source, node, depth);
    case 'CommentBlock':
      return readCommentBlock(source, node, depth);
    case 'HTMLBlock':
    case 'ProcessingInstructionBlock':
      return readRaw(source, node, depth);
    case 'QuoteMark':
    case 'ListMark':
    // Notes are read by themselves.
    case 'FootnoteDefinition':
    case 'FootnoteLabel':
      return [];
    default:
      return readHeading(source, node);
  }
}

function readHeading(source: ChapterSource, node: SyntaxNode): Block[] {
  const level = /Heading(\d)$/.exec(node.name)?.[1];
  const inlines = readInlines(source, node);
  if (level === undefined) return paragraph(inlines);
  // A lone # is how typescripts mark a scene break.
  return [inlines.length === 0 ? { kind: 'scene-break' } : { kind: 'heading', level: Number(level), inlines }];
}

function readList(source: ChapterSource, node: SyntaxNode, depth: number): Block[] {
  const items = node.getChildren('ListItem').map((item) => readBlocks(source, item, depth + 1));
  if (depth >= DEEPEST) return items.flat();
  const mark = node.firstChild?.getChild('ListMark');
  const start = mark ? Number.parseInt(source.text.slice(mark.from, mark.to), 10) : 1;
  return [{ kind: 'list', ordered: node.name === 'OrderedList', start: Number.isNaN(start) ? 1 : start, items }];
}

function readCodeLines(source: ChapterSource, node: SyntaxNode): string {
  return node
    .getChildren('CodeText')
    .map((line) => source.text.slice(line.from, line.to))
    .join('');
}

/** Raw HTML and what only looks like markup: a paragraph as typed, then what follows it as Markdown. */
function readRaw(source: ChapterSource, node: SyntaxNode, depth: number): Block[] {
  const { raw, rest } = splitRawBlock(readLiteral(source.text, node), source.rawDepth);
  const blocks = paragraph([{ kind: 'text', text: raw.replace(/\s+/g, ' ').trim() }]);
  if (rest === '') return blocks;
  const tree = parseProse(rest, { footnotes: false });
  return [...blocks, ...readBlocks({ ...source, text: rest, references: readReferences(tree, rest), noteOf: () => undefined, rawDepth: source.rawDepth + 1 }, tree.topNode, depth)];
}

function readCommentBlock(source: ChapterSource, node: SyntaxNode, depth: number): Block[] {
  const text = readLiteral(source.text, node);
  if (!isClosedComment(text)) return readRaw(source, node, depth);
  noteComment(source, text);
  return [];
}

function paragraph(inlines: Inline[]): Block[] {
  const kept = inlines.filter((inline) => inline.kind !== 'text' || inline.text !== '');
  return kept.length > 0 ? [{ kind: 'paragraph', inlines: kept }] : [];
}

function takeLoose(notes: readonly Footnote[], replacements: Replacements): Footnote[] {
  const loose = notes.filter(({ isLoose }) => isLoose);
  for (const { name } of loose) replacements.note(`Nothing refers to the footnote “[^${name}]”, so its number stands at the end of its chapter`);
  return loose;
}

/** No reader's outline leads into a note. */
function withoutHeadings(blocks: readonly Block[]): Block[] {
  return blocks.map((block) => {
    if (block.kind === 'heading') return { kind: 'paragraph', inlines: block.inlines };
    if (block.kind === 'quote') return { ...block, blocks: withoutHeadings(block.blocks) };
    return block.kind === 'list' ? { ...block, items: block.items.map(withoutHeadings) } : block;
  });
}

function repeatsTitle(block: Block | undefined, title: string): boolean {
  return title !== '' && block?.kind === 'heading' && foldWords(headingText(block)).toLowerCase() === title.toLowerCase();
}

/** Takes the heading that is the title away; numbers of notes in it stay behind. */
function takeTitle(blocks: Block[]): string {
  const heading = blocks.shift();
  if (heading?.kind === 'heading') blocks.unshift(...numbersOf(findReferences(heading.inlines).map(({ note }) => note)));
  return headingText(heading);
}

function headingText(block: Block | undefined): string {
  return block?.kind === 'heading' ? inlineText(block.inlines) : '';
}

/** A chapter's own headings become 2, 3 … by their rank: none is left out, so an outline reads without gaps. */
function levelHeadings(blocks: readonly Block[]): void {
  const headings = [...findHeadings(blocks)];
  const ranks = [...new Set(headings.map((heading) => heading.level))].toSorted((a, b) => a - b);
  for (const heading of headings) heading.level = Math.min(6, ranks.indexOf(heading.level) + 2);
}

function* findHeadings(blocks: readonly Block[]): Generator<Extract<Block, { kind: 'heading' }>> {
  for (const block of blocks) {
    if (block.kind === 'heading') yield block;
    else if (block.kind === 'quote') yield* findHeadings(block.blocks);
    else if (block.kind === 'list') for (const item of block.items) yield* findHeadings(item);
  }
}
