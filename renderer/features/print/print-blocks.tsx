/** Markdown as a printed page sets it: marks gone, emphasis true. The grammar is the compiler's. */
import type { SyntaxNode } from '@lezer/common';
import { parser } from '@lezer/markdown';
import { createElement, type ReactNode } from 'react';

/** A chapter's text as elements of a page. */
export function printBlocks(text: string): ReactNode[] {
  return childrenOf(parser.parse(text).topNode).flatMap((node) => printBlock(text, node));
}

const HEADING = /^(?:ATX|Setext)Heading(\d)$/;

/** The page's own title is its first heading: those of the text stand under it. */
const DEEPEST = 6;

function printBlock(text: string, node: SyntaxNode): ReactNode[] {
  const key = node.from;
  const level = HEADING.exec(node.name)?.[1];
  if (level) return [createElement(`h${Math.min(DEEPEST, Number(level) + 1)}`, { key }, printInlines(text, node))];
  switch (node.name) {
    case 'Paragraph':
      return [<p key={key}>{printInlines(text, node)}</p>];
    case 'Blockquote':
      return [<blockquote key={key}>{childrenOf(node).flatMap((child) => printBlock(text, child))}</blockquote>];
    case 'HorizontalRule':
      return [
        <p key={key} className="print-break">
          * * *
        </p>,
      ];
    case 'BulletList':
      return [<ul key={key}>{printItems(text, node)}</ul>];
    case 'OrderedList':
      return [
        <ol key={key} start={Number.parseInt(text.slice(node.from), 10) || 1}>
          {printItems(text, node)}
        </ol>,
      ];
    case 'FencedCode':
    case 'CodeBlock':
      return [<pre key={key}>{childrenOf(node).flatMap((child) => (child.name === 'CodeText' ? [text.slice(child.from, child.to)] : [])).join('')}</pre>];
    case 'HTMLBlock':
    case 'LinkReference':
      // Nothing that was written is left out: what has no look of its own is set as it stands.
      return [<p key={key}>{text.slice(node.from, node.to)}</p>];
    default:
      return [];
  }
}

function printItems(text: string, list: SyntaxNode): ReactNode[] {
  return childrenOf(list).flatMap((item) => (item.name === 'ListItem' ? [<li key={item.from}>{childrenOf(item).flatMap((child) => printBlock(text, child))}</li>] : []));
}

const SET_APART = new Set(['HeaderMark', 'QuoteMark']);
const MARKS = new Set(['HeaderMark', 'QuoteMark', 'EmphasisMark', 'CodeMark', 'LinkMark', 'ListMark']);

function printInlines(text: string, parent: SyntaxNode, from = parent.from, to = parent.to): ReactNode[] {
  const parts: ReactNode[] = [];
  let at = from;
  for (const node of childrenOf(parent)) {
    if (node.from < from || node.to > to) continue;
    if (node.from > at) parts.push(text.slice(at, node.from));
    parts.push(...printInline(text, node));
    at = node.to;
    // A heading's mark and a quotation's stand apart from their words.
    if (SET_APART.has(node.name) && text[at] === ' ') at += 1;
  }
  if (at < to) parts.push(text.slice(at, to));
  return parts;
}

function printInline(text: string, node: SyntaxNode): ReactNode[] {
  if (MARKS.has(node.name)) return [];
  const key = node.from;
  switch (node.name) {
    case 'Emphasis':
      return [<em key={key}>{printInlines(text, node)}</em>];
    case 'StrongEmphasis':
      return [<strong key={key}>{printInlines(text, node)}</strong>];
    case 'InlineCode':
      return [<code key={key}>{printInlines(text, node)}</code>];
    case 'Link':
    case 'Image':
      return printLinkText(text, node);
    case 'Escape':
      return [text.slice(node.from + 1, node.to)];
    case 'HardBreak':
      return [<br key={key} />];
    default:
      return [text.slice(node.from, node.to)];
  }
}

/** What stands between the brackets: on paper no address can be followed. */
function printLinkText(text: string, node: SyntaxNode): ReactNode[] {
  const [open, close] = childrenOf(node).filter((child) => child.name === 'LinkMark');
  return open && close ? printInlines(text, node, open.to, close.from) : [text.slice(node.from, node.to)];
}

function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) children.push(child);
  return children;
}
