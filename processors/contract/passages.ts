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
import { alignRuns } from './align-runs.ts';

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

const PARAGRAPH = /\S[^\n]*(?:\n(?![ \t\r]*\n| {0,3}\[\^[^\s\]]{1,200}\]:)[^\n]*)*/g;
const NOTE = /^\[\^[^\s\]]{1,200}\]:/;

/** The paragraphs of a Markdown text: runs of lines between blank ones. A footnote is one, with all that is set in under it. Offsets are UTF-16. */
export function splitParagraphs(text: string): Paragraph[] {
  const paragraphs: Paragraph[] = [];
  for (const { 0: match, index: start } of text.matchAll(PARAGRAPH)) {
    const end = start + match.trimEnd().length;
    const last = paragraphs.at(-1);
    if (last && NOTE.test(last.text) && isSetIn(text, start)) Object.assign(last, { text: text.slice(last.start, end), end });
    else paragraphs.push({ text: text.slice(start, end), start, end });
  }
  return paragraphs;
}

/** By four columns, as what belongs to a footnote. */
function isSetIn(text: string, start: number): boolean {
  return /^(?: {4}| {0,3}\t)/.test(text.slice(text.lastIndexOf('\n', start - 1) + 1, start));
}

/** 16 hex digits of SHA-256 over the paragraphs' texts, white space folded, so that re-wrapping makes nothing stale. */
export function hashParagraphs(paragraphs: readonly { text: string }[]): string {
  const folded = paragraphs.map((paragraph) => fold(paragraph.text)).join('\n\n');
  return bytesToHex(sha256(utf8ToBytes(folded))).slice(0, 16);
}

/** Headings, scene breaks, rules, code, images, tables, raw HTML: what stands in every edition as it is. */
function isVerbatim(paragraph: string): boolean {
  return /^(#{1,6}\s|([*_-])[ \t]*(\2[ \t]*){2,}$|```|~~~|!\[[^\]]*\]\([^)]*\)$|\||<|\[\^[^\]]+\]:)/.test(paragraph);
}

/**
 * True for what no run grows: verbatim blocks, lists, pictures by themselves, and quotations that are verse or short (an epigraph, an
 * inscription). A long quotation in prose, such as a letter, is grown inside its quote marks.
 */
export function standsAsItIs(paragraph: string): boolean {
  if (isVerbatim(paragraph) || PICTURES.test(paragraph) || /^(?:[-*+]|\d{1,9}[.)])[ \t]/.test(paragraph)) return true;
  if (!paragraph.startsWith('>')) return false;
  const lines = paragraph.split('\n').map((line) => line.replace(/^[ \t]*(?:>[ \t]?)+/, '').trim()).filter((line) => line !== '');
  const words = lines.reduce((sum, line) => sum + countWords(line), 0);
  return words < LONG_QUOTE_WORDS || words / lines.length < VERSE_LINE_WORDS;
}

/** What is nothing but pictures. */
const PICTURES = /^(?:!\[(?:[^\]\\]|\\.)*\]\([^()\s]*\)\s*)+$/;

const LONG_QUOTE_WORDS = 40;
const VERSE_LINE_WORDS = 9;

/** Words as a reader counts them: runs of anything but white space that hold a letter or a digit. */
export function countWords(text: string): number {
  let count = 0;
  for (const run of text.matchAll(/\S+/g)) if (/[\p{L}\p{N}]/u.test(run[0])) count += 1;
  return count;
}

export interface AlignedPassage {
  /** As stored; for paragraphs that are new in the draft, one of origin 'draft' with an empty span. */
  passage: Passage;
  /** Its place in this list: what `only_passages`, keepPassage and discardPassage name it by. */
  index: number;
  state: PassageState;
  /** Paragraphs of the draft as it is now that stand level with it: first and count. Count 0: its source is gone. */
  draft: { first: number; count: number };
}

/** The text of a passage in its expansion. */
export function textOf(expansion: Pick<ExpandedTextV1, 'expanded'>, passage: Passage): string {
  return expansion.expanded.slice(passage.span.start, passage.span.end);
}

/** The passages of an expansion; a foreign processor's, which has none, is one over the whole draft. */
export function passagesOf(expansion: ExpandedTextV1): readonly Passage[] {
  if (expansion.passages && expansion.passages.length > 0) return expansion.passages;
  const paragraphs = splitParagraphs(expansion.original);
  return [
    {
      source: { first: 0, count: paragraphs.length, hash: hashParagraphs(paragraphs) },
      span: { start: 0, end: expansion.expanded.length },
      origin: 'model',
    },
  ];
}

/**
 * An expansion's passages beside the draft as it is now, in order. Their draft ranges cover all paragraphs of the
 * draft, in order and without gaps. A paragraph that was changed makes its own passage stale; new ones between two
 * passages make a passage of their own (state 'draft', empty span); a passage whose paragraphs are gone or were
 * moved away has none (state 'stale').
 */
export function alignPassages(draftText: string, expansion: ExpandedTextV1): AlignedPassage[] {
  const passages = passagesOf(expansion);
  const paragraphs = splitParagraphs(draftText);
  const was = splitParagraphs(expansion.original).map((paragraph) => fold(paragraph.text));
  const is = paragraphs.map((paragraph) => fold(paragraph.text));
  const pieces = alignRuns(was, is, passages.map((passage) => passage.source));
  let end = 0;
  return pieces.map((piece, index) => {
    const draft = { first: piece.first, count: piece.count };
    const own = paragraphs.slice(piece.first, piece.first + piece.count);
    const hash = hashParagraphs(own);
    const stored = piece.run === null ? undefined : passages[piece.run];
    const passage = stored ?? { source: { ...draft, hash }, span: { start: end, end }, origin: 'draft' as const };
    end = passage.span.end;
    return { passage, index, state: stateOf(passage, hash, own), draft };
  });
}

function stateOf(passage: Passage, hash: string, own: readonly Paragraph[]): PassageState {
  const same = passage.source.hash === hash;
  if (passage.origin === 'author') return same ? 'edited' : 'edited-stale';
  if (passage.origin === 'model') return same ? 'fresh' : 'stale';
  // A heading or a scene break is done when it stands in the expansion as it is.
  const done = same && passage.span.end > passage.span.start && own.every((paragraph) => standsAsItIs(paragraph.text));
  return done ? 'fresh' : 'draft';
}

/** White space folded, as hashParagraphs folds it. */
function fold(text: string): string {
  // Most paragraphs are folded already, and testing costs a fifth of replacing.
  return !/[^\S ]| {2}/.test(text) ? text.trim() : text.replace(/\s+/g, ' ').trim();
}
