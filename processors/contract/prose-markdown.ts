/** The one Markdown grammar: the editor highlights with it, the compiler and the import read with it. */
import { parser, type MarkdownConfig, type MarkdownParser } from '@lezer/markdown';

/**
 * CommonMark without indented code: authors indent the first line of a paragraph, and that must neither turn it
 * into a listing nor leave its emphasis unread. Fenced code stays.
 */
export const PROSE_MARKDOWN: MarkdownConfig = { remove: ['IndentedCode'] };

export const proseParser: MarkdownParser = parser.configure(PROSE_MARKDOWN);
