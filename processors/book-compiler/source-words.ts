/**
 * The words of a chapter's source, found without the model: the text less its marks. It keeps whatever it doesn't
 * know, so a construct that the model or a writer loses shows up as a difference instead of going unseen.
 */
import type { SyntaxNodeRef, Tree } from '@lezer/common';
import { decodeEntity } from './entities.ts';
import { isClosedComment, isLineBreakTag } from './html-in-markdown.ts';
import { referenceLabel, type References } from './references.ts';
import { foldWords } from './words.ts';

const MARKS = new Set(['HeaderMark', 'QuoteMark', 'ListMark', 'EmphasisMark', 'CodeMark', 'CodeInfo', 'HorizontalRule']);

/** Marks that part words by themselves; between other marks the text runs on. */
const PARTING = new Set(['HorizontalRule', 'QuoteMark', 'ListMark', 'HeaderMark']);

/** @returns the words in order, one space between two */
export function readSourceWords(tree: Tree, source: string, references: References): string {
  let out = '';
  let position = 0;
  const replace = (from: number, to: number, by: string): void => {
    out += source.slice(position, from) + by;
    position = to;
  };
  tree.iterate({
    enter(node) {
      if (node.from < position) return undefined;
      const by = replacementOf(node, source, references);
      if (by === null) return undefined;
      replace(node.from, node.to, by);
      return false;
    },
  });
  return foldWords(out + source.slice(position));
}

/** What stands for a node in the plain text; null: look inside it. */
function replacementOf(node: SyntaxNodeRef, source: string, references: References): string | null {
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
    case 'CommentBlock':
      return isClosedComment(text()) ? '' : null;
    case 'LinkReference':
      return references.isUsed(node.from) ? ' ' : text().replace(/\n[ \t]*>/g, '\n');
    case 'LinkMark':
    case 'URL':
    case 'LinkTitle':
    case 'LinkLabel':
      return isMarkOfLink(node, source, references) ? '' : null;
    default:
      return null;
  }
}

/** False for the brackets of `[sic]`, which are the author's own. */
function isMarkOfLink(node: SyntaxNodeRef, source: string, references: References): boolean {
  const link = node.node.parent;
  if (!link) return false;
  if (link.name === 'Autolink') return node.name === 'LinkMark';
  const label = referenceLabel(link, source);
  return label === null || references.find(label) !== undefined;
}
