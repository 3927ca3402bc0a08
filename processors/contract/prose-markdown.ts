/** The one Markdown grammar: the editor highlights with it, the compiler and the import read with it. */
import type { Tree } from '@lezer/common';
import { parser, type MarkdownExtension } from '@lezer/markdown';
import { FOOTNOTES } from './footnote-markdown.ts';

/**
 * CommonMark without indented code: authors indent the first line of a paragraph, and that must neither turn it
 * into a listing nor leave its emphasis unread. Fenced code stays.
 */
const WITHOUT_INDENTED_CODE: MarkdownExtension = { remove: ['IndentedCode'] };

/** With footnotes. */
export const proseParser = parser.configure([WITHOUT_INDENTED_CODE, FOOTNOTES]);

const plainParser = parser.configure(WITHOUT_INDENTED_CODE);

/** Characters without width: word joiner, zero width space, byte order mark. Bounded, since a run of them may be hostile. */
const BEHIND_MARK = /(?<=[*_])[\u2060\u200B\uFEFF]{1,4}(?=([^]?))/g;
const BEFORE_MARK = /(?<=([^]?))[\u2060\u200B\uFEFF]{1,4}(?=[*_])/g;

/**
 * The syntax tree of a text; its places are the text's (UTF-16).
 * @param options footnotes: false: `[^1]` is plain text, as in what follows raw HTML
 *
 * Typeset books put a word joiner before dashes and ellipses. CommonMark takes it for a letter, so the mark in
 * `*‘From all sides,’*⁠…` would close nothing and stand in the book. Here it counts as what is beyond it.
 */
export function parseProse(text: string, { footnotes = true } = {}): Tree {
  const used = footnotes ? proseParser : plainParser;
  if (!/[\u2060\u200B\uFEFF]/.test(text)) return used.parse(text);
  const lookThrough = (joiners: string, beyond: string): string => {
    if (beyond === '' || /\s/.test(beyond)) return '\u2003'.repeat(joiners.length);
    return /[\p{P}\p{S}]/u.test(beyond) ? '…'.repeat(joiners.length) : joiners;
  };
  return used.parse(text.replace(BEHIND_MARK, lookThrough).replace(BEFORE_MARK, lookThrough));
}
