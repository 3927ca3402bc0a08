/** Markdown as a printed page sets it: marks gone, emphasis true. The grammar is the compiler's. */
import type { SyntaxNode } from '@lezer/common';
import { createElement, type ReactNode } from 'react';
import { readFootnotes } from '#processors/contract/footnotes.ts';
import { parseProse } from '#processors/contract/prose-markdown.ts';

interface Page {
  text: string;
  /** The number of the note that a `[^name]` refers to; undefined where nobody wrote it. */
  numberOf(reference: string): number | undefined;
}

/** A chapter's text as elements of a page, its notes behind it. */
export function printBlocks(text: string): ReactNode[] {
  const tree = parseProse(text);
  const footnotes = readFootnotes(tree, text);
  const numbers = new Map(footnotes.inOrder.map((definition, index) => [definition, index + 1]));
  const page: Page = {
    text,
    numberOf(reference) {
      const definition = footnotes.find(reference);
      return definition && numbers.get(definition);
    },
  };
  const blocks = childrenOf(tree.topNode).flatMap((node) => printBlock(page, node));
  if (numbers.size === 0) return blocks;
  const notes = [...numbers].map(([{ node }, number]) => (
    <li key={node.from} value={number}>
      {childrenOf(node).flatMap((child) => printBlock(page, child))}
    </li>
  ));
  return [
    ...blocks,
    <ol key="notes" className="print-notes">
      {notes}
    </ol>,
  ];
}

const HEADING = /^(?:ATX|Setext)Heading(\d)$/;

/** The page's own title is its first heading: those of the text stand under it. */
const DEEPEST = 6;

function printBlock(page: Page, node: SyntaxNode): ReactNode[] {
  const key = node.from;
  const level = HEADING.exec(node.name)?.[1];
  if (level) return [createElement(`h${Math.min(DEEPEST, Number(level) + 1)}`, { key }, printInlines(page, node))];
  switch (node.name) {
    case 'Paragraph':
      return [<p key={key}>{printInlines(page, node)}</p>];
    case 'Blockquote':
      return [<blockquote key={key}>{childrenOf(node).flatMap((child) => printBlock(page, child))}</blockquote>];
    case 'HorizontalRule':
      return [
        <p key={key} className="print-break">
          * * *
        </p>,
      ];
    case 'BulletList':
      return [<ul key={key}>{printItems(page, node)}</ul>];
    case 'OrderedList':
      return [
        <ol key={key} start={Number.parseInt(page.text.slice(node.from), 10) || 1}>
          {printItems(page, node)}
        </ol>,
      ];
    case 'FencedCode':
    case 'CodeBlock':
      return [<pre key={key}>{childrenOf(node).flatMap((child) => (child.name === 'CodeText' ? [page.text.slice(child.from, child.to)] : [])).join('')}</pre>];
    case 'HTMLBlock':
    case 'LinkReference':
      // Nothing that was written is left out: what has no look of its own is set as it stands.
      return [<p key={key}>{page.text.slice(node.from, node.to)}</p>];
    default:
      return [];
  }
}

function printItems(page: Page, list: SyntaxNode): ReactNode[] {
  return childrenOf(list).flatMap((item) => (item.name === 'ListItem' ? [<li key={item.from}>{childrenOf(item).flatMap((child) => printBlock(page, child))}</li>] : []));
}

const SET_APART = new Set(['HeaderMark', 'QuoteMark']);
const MARKS = new Set(['HeaderMark', 'QuoteMark', 'EmphasisMark', 'CodeMark', 'LinkMark', 'ListMark']);

function printInlines(page: Page, parent: SyntaxNode, from = parent.from, to = parent.to): ReactNode[] {
  const parts: ReactNode[] = [];
  let at = from;
  for (const node of childrenOf(parent)) {
    if (node.from < from || node.to > to) continue;
    if (node.from > at) parts.push(page.text.slice(at, node.from));
    parts.push(...printInline(page, node));
    at = node.to;
    // A heading's mark and a quotation's stand apart from their words.
    if (SET_APART.has(node.name) && page.text[at] === ' ') at += 1;
  }
  if (at < to) parts.push(page.text.slice(at, to));
  return parts;
}

function printInline(page: Page, node: SyntaxNode): ReactNode[] {
  if (MARKS.has(node.name)) return [];
  const key = node.from;
  switch (node.name) {
    case 'Emphasis':
      return [<em key={key}>{printInlines(page, node)}</em>];
    case 'StrongEmphasis':
      return [<strong key={key}>{printInlines(page, node)}</strong>];
    case 'InlineCode':
      return [<code key={key}>{printInlines(page, node)}</code>];
    case 'Link':
    case 'Image':
      return printLinkText(page, node);
    case 'FootnoteReference':
    case 'LinkLabel': {
      const reference = page.text.slice(node.from, node.to);
      const number = reference.startsWith('[^') ? page.numberOf(reference) : undefined;
      return number === undefined ? [reference] : [<sup key={key}>{number}</sup>];
    }
    case 'Escape':
      return [page.text.slice(node.from + 1, node.to)];
    case 'HardBreak':
      return [<br key={key} />];
    default:
      return [page.text.slice(node.from, node.to)];
  }
}

/** What stands between the brackets: on paper no address can be followed. */
function printLinkText(page: Page, node: SyntaxNode): ReactNode[] {
  const [open, close] = childrenOf(node).filter((child) => child.name === 'LinkMark');
  const label = node.getChild('LinkLabel');
  // Before a note's number, brackets are the author's.
  if (open && close && label && page.text.startsWith('[^', label.from)) return [page.text.slice(node.from, open.to), ...printInlines(page, node, open.to, close.from), ']', ...printInline(page, label)];
  return open && close ? printInlines(page, node, open.to, close.from) : [page.text.slice(node.from, node.to)];
}

function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) children.push(child);
  return children;
}
