/**
 * Differences of two texts by paragraph. Most of a chapter stands where it stood, so the two are walked side by side,
 * and only where they part are paragraphs looked up by their content.
 */
import { isEditOf } from './common-ends.ts';
import { createInterner, diffUnits, type Hunk } from './diff-units.ts';
import { createOverlap, REWRITTEN_BELOW } from './word-overlap.ts';

/** Where the two part, they are expected to agree again within so many paragraphs of each. */
const LOOKAHEAD = 8;
/** Characters of a paragraph that is hardly there twice; of shorter ones, two in a row must agree. */
const DISTINCT_LENGTH = 40;

/** What turns `base` into `other`, in order. A run of paragraphs that were each edited is a hunk a paragraph. */
export function diffParagraphs(base: readonly string[], other: readonly string[]): Hunk[] {
  const hunks: Hunk[] = [];
  let [baseAt, at] = [0, 0];
  while (baseAt < base.length || at < other.length) {
    if (base[baseAt] === other[at]) {
      baseAt += 1;
      at += 1;
      continue;
    }
    const span = findParting(base, other, baseAt, at);
    hunks.push(...diffSpan(base, other, span));
    [baseAt, at] = [span.baseEnd, span.end];
  }
  return hunks;
}

/** From where the two part to where they agree again, at the latest where both end. */
function findParting(base: readonly string[], other: readonly string[], baseStart: number, start: number): Hunk {
  for (let steps = 1; steps <= 2 * LOOKAHEAD; steps++) {
    for (let ahead = Math.max(0, steps - LOOKAHEAD); ahead <= Math.min(steps, LOOKAHEAD); ahead++) {
      const [baseEnd, end] = [baseStart + ahead, start + steps - ahead];
      if (agree(base, other, baseEnd, end)) return { baseStart, baseEnd, start, end };
    }
  }
  return { baseStart, baseEnd: base.length, start, end: other.length };
}

function agree(base: readonly string[], other: readonly string[], baseAt: number, at: number): boolean {
  const paragraph = base[baseAt];
  if (paragraph === undefined || paragraph !== other[at]) return false;
  return paragraph.length >= DISTINCT_LENGTH || base[baseAt + 1] === other[at + 1];
}

function diffSpan(base: readonly string[], other: readonly string[], span: Hunk): Hunk[] {
  if (span.baseStart === span.baseEnd || span.start === span.end) return [span];
  // Over a longer stretch, paragraphs that are alike may have moved: those that are the same are looked for first.
  const pairs = span.baseEnd - span.baseStart <= LOOKAHEAD ? findPairs(base, other, span) : null;
  if (pairs) return pairs;
  const intern = createInterner();
  const numbers = [base.slice(span.baseStart, span.baseEnd), other.slice(span.start, span.end)].map((units) => units.map(intern));
  return diffUnits(numbers[0]!, numbers[1]!).flatMap((hunk) => {
    const moved = { baseStart: span.baseStart + hunk.baseStart, baseEnd: span.baseStart + hunk.baseEnd, start: span.start + hunk.start, end: span.start + hunk.end };
    return findPairs(base, other, moved) ?? [moved];
  });
}

/** A hunk for each paragraph that was edited, where as many stand for as many and each became its counterpart; else null. */
function findPairs(base: readonly string[], other: readonly string[], span: Hunk): Hunk[] | null {
  const count = span.baseEnd - span.baseStart;
  if (count === 0 || count !== span.end - span.start) return null;
  const pairs: Hunk[] = [];
  for (let i = 0; i < count; i++) {
    const [baseStart, start] = [span.baseStart + i, span.start + i];
    const [old, edited] = [base[baseStart]!, other[start]!];
    if (old === edited) continue;
    if (count > 1 && !isSameParagraph(old, edited)) return null;
    pairs.push({ baseStart, baseEnd: baseStart + 1, start, end: start + 1 });
  }
  return pairs;
}

/** Whether one became the other: alike at their ends, or at least made of the same words. */
function isSameParagraph(old: string, edited: string): boolean {
  if (isEditOf(old, edited)) return true;
  const { ofTexts, ofBase } = createOverlap([old])([edited]);
  return Math.min(ofTexts, ofBase) >= REWRITTEN_BELOW;
}
