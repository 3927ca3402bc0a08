/** Raw HTML in a manuscript stands as it was typed, but for line breaks and for comments, which nobody reads. */
import type { SyntaxNode } from '@lezer/common';

/** Each split parses the rest again, so a text that is nothing but openings must not do it for each. */
const DEEPEST_RAW = 8;

export function isLineBreakTag(tag: string): boolean {
  return /^<br\s*\/?>$/i.test(tag);
}

/** A comment without its end would swallow the rest of the chapter; that one stays readable. */
export function isClosedComment(text: string): boolean {
  return text.startsWith('<!--') && text.trimEnd().endsWith('-->');
}

/** The text of a block without the quote marks of its lines. */
export function readLiteral(text: string, node: SyntaxNode): string {
  let literal = '';
  let position = node.from;
  for (let child = node.firstChild; child; child = child.nextSibling) {
    if (child.name !== 'QuoteMark') continue;
    literal += text.slice(position, child.from);
    position = text[child.to] === ' ' ? child.to + 1 : child.to;
  }
  return literal + text.slice(position, node.to);
}

/**
 * Where a block of raw HTML ends for a manuscript: at the first blank line. The grammar goes on to the end of a
 * quote, of a `<script>` or of a comment that is never closed; what follows is the author's Markdown.
 * @param depth how often this text has been split already
 */
export function splitRawBlock(literal: string, depth: number): { raw: string; rest: string } {
  const end = depth < DEEPEST_RAW ? literal.search(/\n[ \t]*\n/) : -1;
  return end === -1 ? { raw: literal, rest: '' } : { raw: literal.slice(0, end), rest: literal.slice(end) };
}
