/**
 * Passages: the unit of alignment, staleness and regeneration.
 *
 * A draft is a sequence of paragraphs (blocks of Markdown between blank lines). An expansion covers all of them,
 * in order and without gaps, with passages. Each knows its source paragraphs by place and hash, and its span of
 * the expanded text. So alignment is known, never guessed; and when a paragraph of the draft changes, the hash
 * of its passage differs, and that passage alone is stale.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { ExpandedTextV1, Passage } from '#schemas/generated/types.ts';

export type { Passage };

export interface Paragraph {
  /** As it stands in the text, without the blank lines around it. */
  text: string;
  /** UTF-16 offsets into the text, end exclusive. */
  start: number;
  end: number;
}

/** fresh: grown from what the draft says now. stale: the draft has changed since. edited: the author's hand. draft: not grown yet. */
export type PassageState = 'fresh' | 'stale' | 'edited' | 'edited-stale' | 'draft';

const PARAGRAPH = /[^\s](?:[^\n]|\n(?![ \t\r]*\n))*/g;

/** The paragraphs of a Markdown text: runs of lines between blank ones. Offsets are UTF-16. */
export function splitParagraphs(text: string): Paragraph[] {
  const paragraphs: Paragraph[] = [];
  for (const match of text.matchAll(PARAGRAPH)) {
    const block = match[0].trimEnd();
    paragraphs.push({ text: block, start: match.index, end: match.index + block.length });
  }
  return paragraphs;
}

/** 16 hex digits of SHA-256 over the paragraphs' texts, white space folded, so that re-wrapping makes nothing stale. */
export function hashParagraphs(paragraphs: readonly { text: string }[]): string {
  const folded = paragraphs.map((paragraph) => paragraph.text.replace(/\s+/g, ' ').trim()).join('\n\n');
  return bytesToHex(sha256(utf8ToBytes(folded))).slice(0, 16);
}

/** Headings, scene breaks, rules, code, images, tables, raw HTML: what stands in every edition as it is. */
export function isVerbatim(paragraph: string): boolean {
  return /^(#{1,6}\s|([*_-])[ \t]*(\2[ \t]*){2,}$|```|~~~|!\[[^\]]*\]\([^)]*\)$|\||<|\[\^[^\]]+\]:)/.test(paragraph);
}

export interface AlignedPassage {
  passage: Passage;
  /** Its place in the expansion's passages. */
  index: number;
  state: PassageState;
  /** Paragraphs of the draft as it is now that stand level with it: first and count. */
  draft: { first: number; count: number };
}

/** The expansion's spans and texts, or null for one that has no passages (a foreign processor's). */
export function textOf(expansion: Pick<ExpandedTextV1, 'expanded'>, passage: Passage): string {
  return expansion.expanded.slice(passage.span.start, passage.span.end);
}
