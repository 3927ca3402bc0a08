/** Two versions of a text beside each other: paragraph by paragraph, and word by word where a paragraph was changed. */
import { splitParagraphs } from '#processors/contract/passages.ts';
import { createInterner, diffUnits, type Hunk } from './diff-units.ts';
import type { ParagraphRun } from './replace-paragraphs.ts';

export interface Piece {
  kind: 'same' | 'removed' | 'added';
  text: string;
}

/** A paragraph of either text. changed: it stands in both, with other words. */
export interface ComparedParagraph {
  kind: 'same' | 'changed' | 'removed' | 'added';
  before: ParagraphRun;
  after: ParagraphRun;
  /** In reading order; those that are not 'added' make the old paragraph, those that are not 'removed' the new one. */
  pieces: Piece[];
}

/** Below this share of common words two paragraphs are not one that was changed. */
const SAME_PARAGRAPH_FROM = 0.34;
/** How far from its place in the stretch a paragraph's counterpart is looked for. */
const PAIRING_REACH = 40;
/** Where pairing (the product of the counts) would be felt: such a stretch is shown as replaced. */
const PAIRING_LIMIT = 4_000_000;

/** Both texts as one run of paragraphs, in order; nothing of either is left out. */
export function compareTexts(before: string, after: string): ComparedParagraph[] {
  const [old, now] = [before, after].map((text) => splitParagraphs(text).map((paragraph) => paragraph.text)) as [string[], string[]];
  const intern = createInterner();
  const rows: ComparedParagraph[] = [];
  const place = { old: 0, now: 0 };
  const pushSame = (until: number): void => {
    for (; place.old < until; place.old++, place.now++) rows.push(makeRow('same', place, [{ kind: 'same', text: old[place.old]! }]));
  };
  for (const hunk of diffUnits(old.map(intern), now.map(intern))) {
    pushSame(hunk.baseStart);
    rows.push(...compareHunk(old, now, hunk));
    Object.assign(place, { old: hunk.baseEnd, now: hunk.end });
  }
  pushSame(old.length);
  return rows;
}

function makeRow(kind: ComparedParagraph['kind'], place: { old: number; now: number }, pieces: Piece[]): ComparedParagraph {
  return { kind, before: { first: place.old, count: kind === 'added' ? 0 : 1 }, after: { first: place.now, count: kind === 'removed' ? 0 : 1 }, pieces };
}

/** Paragraphs that were replaced by others: which became which, and what has no counterpart. */
function compareHunk(old: readonly string[], now: readonly string[], hunk: Hunk): ComparedParagraph[] {
  const rows: ComparedParagraph[] = [];
  const place = { old: hunk.baseStart, now: hunk.start };
  const pushApart = (untilOld: number, untilNow: number): void => {
    for (; place.old < untilOld; place.old++) rows.push(makeRow('removed', place, [{ kind: 'removed', text: old[place.old]! }]));
    for (; place.now < untilNow; place.now++) rows.push(makeRow('added', place, [{ kind: 'added', text: now[place.now]! }]));
  };
  for (const pair of pairParagraphs(old.slice(hunk.baseStart, hunk.baseEnd), now.slice(hunk.start, hunk.end))) {
    pushApart(hunk.baseStart + pair.old, hunk.start + pair.now);
    rows.push(makeRow('changed', place, compareWords(old[place.old]!, now[place.now]!)));
    place.old += 1;
    place.now += 1;
  }
  pushApart(hunk.baseEnd, hunk.end);
  return rows;
}

interface Pair {
  old: number;
  now: number;
}

/** The pairs, in order in both, that have the most in common together (as in sequence alignment; Needleman and Wunsch 1970). */
function pairParagraphs(old: readonly string[], now: readonly string[]): Pair[] {
  if (old.length * now.length > PAIRING_LIMIT) return [];
  const words = { old: old.map(countEach), now: now.map(countEach) };
  const best = Array.from({ length: old.length + 1 }, () => new Float32Array(now.length + 1));
  const taken = old.map(() => new Uint8Array(now.length));
  for (let i = old.length - 1; i >= 0; i--)
    for (let j = now.length - 1; j >= 0; j--) {
      const without = Math.max(best[i + 1]![j]!, best[i]![j + 1]!);
      const near = Math.abs(i - (j * old.length) / now.length) <= PAIRING_REACH;
      const likeness = near ? shareOfWords(words.old[i]!, words.now[j]!) : 0;
      const together = likeness + best[i + 1]![j + 1]!;
      if (likeness >= SAME_PARAGRAPH_FROM && together > without) taken[i]![j] = 1;
      best[i]![j] = taken[i]![j] ? together : without;
    }
  const pairs: Pair[] = [];
  for (let i = 0, j = 0; i < old.length && j < now.length; ) {
    if (taken[i]![j]) pairs.push({ old: i++, now: j++ });
    else if (best[i]![j] === best[i + 1]![j]) i += 1;
    else j += 1;
  }
  return pairs;
}

interface WordCounts {
  counts: Map<string, number>;
  total: number;
}

function countEach(text: string): WordCounts {
  const counts = new Map<string, number>();
  const words = splitTokens(text).filter(isWord);
  for (const word of words) counts.set(word.toLowerCase(), (counts.get(word.toLowerCase()) ?? 0) + 1);
  return { counts, total: words.length };
}

/** 0: no word in common; 1: the same words. */
function shareOfWords(one: WordCounts, other: WordCounts): number {
  let common = 0;
  for (const [word, count] of one.counts) common += Math.min(count, other.counts.get(word) ?? 0);
  return (2 * common) / Math.max(1, one.total + other.total);
}

/** Words, the gaps between them, and each other sign. Scripts without spaces are told apart by character. */
const TOKEN = /[\u0e00-\u0eff\u1780-\u17ff\u2e80-\u9fff\uf900-\ufaff\u{20000}-\u{3ffff}]|[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}\p{N}]+)*|\s+|[^]/gu;

function splitTokens(text: string): string[] {
  return text.match(TOKEN) ?? [];
}

function isWord(token: string): boolean {
  return /[\p{L}\p{N}]/u.test(token);
}

/** One paragraph word by word. What stands between two changes without a word of its own goes with them, so that it reads. */
export function compareWords(before: string, after: string): Piece[] {
  const [old, now] = [splitTokens(before), splitTokens(after)];
  const intern = createInterner();
  const hunks = joinHunks(diffUnits(old.map(intern), now.map(intern)), old).map((hunk) => trimHunk(hunk, old, now));
  const pieces: Piece[] = [];
  const push = (kind: Piece['kind'], tokens: readonly string[]): void => {
    if (tokens.length > 0) pieces.push({ kind, text: tokens.join('') });
  };
  let place = 0;
  for (const hunk of hunks) {
    push('same', old.slice(place, hunk.baseStart));
    push('removed', old.slice(hunk.baseStart, hunk.baseEnd));
    push('added', now.slice(hunk.start, hunk.end));
    place = hunk.baseEnd;
  }
  push('same', old.slice(place));
  return pieces;
}

function joinHunks(hunks: readonly Hunk[], old: readonly string[]): Hunk[] {
  const joined: Hunk[] = [];
  for (const hunk of hunks) {
    const last = joined.at(-1);
    const gap = last && old.slice(last.baseEnd, hunk.baseStart);
    if (last && gap && !gap.some(isWord)) Object.assign(last, { baseEnd: hunk.baseEnd, end: hunk.end });
    else joined.push({ ...hunk });
  }
  return joined;
}

/** Without what both begin or end with: of several equal gaps, the one that joined two changes may not be the one that was kept. */
function trimHunk(hunk: Hunk, old: readonly string[], now: readonly string[]): Hunk {
  let { baseStart, baseEnd, start, end } = hunk;
  while (baseStart < baseEnd && start < end && old[baseStart] === now[start]) {
    baseStart += 1;
    start += 1;
  }
  while (baseStart < baseEnd && start < end && old[baseEnd - 1] === now[end - 1]) {
    baseEnd -= 1;
    end -= 1;
  }
  return { baseStart, baseEnd, start, end };
}
