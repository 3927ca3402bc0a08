/**
 * The words of a chapter's source, found without the model: the text less its marks. It keeps whatever it doesn't
 * know, so a construct that the model or a writer loses shows up as a difference instead of going unseen.
 */
import type { SyntaxNode, SyntaxNodeRef, Tree } from '@lezer/common';
import { parseProse } from '../contract/prose-markdown.ts';
import { decodeEntity } from './entities.ts';
import type { Footnotes } from '../contract/footnotes.ts';
import { isClosedComment, isLineBreakTag, readLiteral, splitRawBlock } from './raw-html.ts';
import { readReferences, referenceLabel, type References } from './references.ts';
import { foldWords } from './words.ts';

const MARKS = new Set(['HeaderMark', 'QuoteMark', 'ListMark', 'EmphasisMark', 'CodeMark', 'CodeInfo', 'HorizontalRule']);

/** Marks that part words by themselves; between other marks the text runs on. */
const PARTING = new Set(['HorizontalRule', 'QuoteMark', 'ListMark', 'HeaderMark']);

/** What a text's brackets mean. */
interface Labels {
  references: References;
  /** Absent in what is left of a block of raw HTML, where there are none. */
  footnotes?: Footnotes;
}

/**
 * @param rawDepth how many blocks of raw HTML this text is the rest of
 * @returns the words in order, one space between two; those of the notes behind all others, in the order of their numbers
 */
export function readSourceWords(tree: Tree, source: string, labels: Labels, rawDepth = 0): string {
  const nodes = [tree.topNode, ...(labels.footnotes?.inOrder ?? []).map(({ node }) => node)];
  return foldWords(nodes.map((node) => readWordsOf(node, source, labels, rawDepth)).join('\n'));
}

/** Of a text, or of a note. */
function readWordsOf(root: SyntaxNode, source: string, labels: Labels, rawDepth: number): string {
  let out = '';
  let position = root.from;
  const replace = (from: number, to: number, by: string): void => {
    out += source.slice(position, from) + by;
    position = to;
  };
  root.cursor().iterate((node) => {
    if (node.from < position || (node.name === 'FootnoteDefinition' && node.from === root.from && root.name === node.name)) return undefined;
    const by = replacementOf(node, source, labels, rawDepth);
    if (by === null) return undefined;
    replace(startOfMark(node, source), endOfMark(node, source), by);
    return false;
  });
  return out + source.slice(position, root.to);
}

/** From the bracket that ends a link's text, all of it is marks: address, title and the space between them. */
function endOfMark(node: SyntaxNodeRef, source: string): number {
  const endsText = node.name === 'LinkMark' && source[node.from] === ']';
  return endsText ? (node.node.parent?.to ?? node.to) : node.to;
}

/** In a quote, the grammar leaves out the quote mark before the line that underlines a heading. */
export function startOfMark(node: SyntaxNodeRef, source: string): number {
  const underlines = node.name === 'HeaderMark' && node.node.parent?.name.startsWith('Setext');
  return underlines ? source.lastIndexOf('\n', node.from) + 1 : node.from;
}

/** What stands for a node in the plain text; null: look inside it. */
function replacementOf(node: SyntaxNodeRef, source: string, { references, footnotes }: Labels, rawDepth: number): string | null {
  const text = (): string => source.slice(node.from, node.to);
  if (MARKS.has(node.name)) return PARTING.has(node.name) ? ' ' : '';
  switch (node.name) {
    case 'Escape':
      return source.slice(node.from + 1, node.to);
    case 'Entity':
      return decodeEntity(text());
    case 'HardBreak':
      return ' ';
    case 'HTMLTag':
      return isLineBreakTag(text()) ? ' ' : text();
    case 'Comment':
      return isClosedComment(text()) ? '' : null;
    case 'CommentBlock':
      return isClosedComment(readLiteral(source, node.node)) ? '' : rawWords(readLiteral(source, node.node), rawDepth);
    case 'HTMLBlock':
    case 'ProcessingInstructionBlock':
      return rawWords(readLiteral(source, node.node), rawDepth);
    case 'LinkReference':
      return references.isUsed(node.from) ? ' ' : rawWords(readLiteral(source, node.node), rawDepth);
    case 'FootnoteDefinition':
      return ' ';
    case 'FootnoteLabel':
      return '';
    case 'FootnoteReference':
      return footnotes?.find(text()) ? '' : text();
    case 'LinkLabel':
      if (text().startsWith('[^') && footnotes?.find(text())) return '';
      return isMarkOfLink(node, source, references) ? '' : null;
    case 'LinkMark':
    case 'URL':
    case 'LinkTitle':
      return isMarkOfLink(node, source, references) ? '' : null;
    default:
      return null;
  }
}

function rawWords(literal: string, depth: number): string {
  const { raw, rest } = splitRawBlock(literal, depth);
  const tree = parseProse(rest, { footnotes: false });
  return rest === '' ? raw : `${raw}\n${readSourceWords(tree, rest, { references: readReferences(tree, rest) }, depth + 1)}`;
}

/** False for the brackets of `[sic]`, which are the author's own. */
function isMarkOfLink(node: SyntaxNodeRef, source: string, references: References): boolean {
  const link = node.node.parent;
  if (!link) return false;
  if (link.name === 'Autolink') return node.name === 'LinkMark';
  const label = referenceLabel(link, source);
  return label === null || references.find(label) !== undefined;
}
