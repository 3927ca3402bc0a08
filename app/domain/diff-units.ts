/**
 * Differences of two sequences, three-way regions over them. node-diff3's own regions call two changes that only
 * touch a conflict, which at the level of words would double half a sentence; and its LCS is slow where a unit
 * repeats often ('the', 'and'). So sequences are cut at units that stand once in both (patience diff, Bram Cohen),
 * and node-diff3 does the short stretches between.
 */
import { diffIndices } from 'node-diff3';

/** Units of `base` from baseStart to baseEnd were replaced by those of the other from start to end; ends exclusive. */
export interface Hunk {
  baseStart: number;
  baseEnd: number;
  start: number;
  end: number;
}

/** Where the work of node-diff3 (about the product of the lengths) would be felt: such a stretch counts as replaced. */
const LCS_LIMIT = 4_000_000;
/** Below this, looking for anchors costs more than it saves. */
const ANCHOR_FROM = 24;

/** Gives each distinct text a small number, so that sequences compare fast and hash safely. */
export function createInterner(): (text: string) => number {
  const numbers = new Map<string, number>();
  return (text) => {
    const known = numbers.get(text);
    if (known !== undefined) return known;
    numbers.set(text, numbers.size);
    return numbers.size - 1;
  };
}

/** What turns `base` into `other`, in order. */
export function diffUnits(base: readonly number[], other: readonly number[]): Hunk[] {
  const hunks: Hunk[] = [];
  collectHunks(base, other, { baseStart: 0, baseEnd: base.length, start: 0, end: other.length }, hunks);
  return hunks;
}

function collectHunks(base: readonly number[], other: readonly number[], span: Hunk, into: Hunk[]): void {
  let { baseStart, baseEnd, start, end } = span;
  while (baseStart < baseEnd && start < end && base[baseStart] === other[start]) {
    baseStart += 1;
    start += 1;
  }
  while (baseStart < baseEnd && start < end && base[baseEnd - 1] === other[end - 1]) {
    baseEnd -= 1;
    end -= 1;
  }
  if (baseStart === baseEnd && start === end) return;
  const rest = { baseStart, baseEnd, start, end };
  if (baseStart === baseEnd || start === end) {
    into.push(rest);
    return;
  }
  const anchors = baseEnd - baseStart + (end - start) < ANCHOR_FROM ? [] : findAnchors(base, other, rest);
  if (anchors.length === 0) {
    collectByLcs(base, other, rest, into);
    return;
  }
  for (const anchor of anchors) {
    collectHunks(base, other, { baseStart, baseEnd: anchor.base, start, end: anchor.other }, into);
    baseStart = anchor.base + 1;
    start = anchor.other + 1;
  }
  collectHunks(base, other, { baseStart, baseEnd, start, end }, into);
}

function collectByLcs(base: readonly number[], other: readonly number[], span: Hunk, into: Hunk[]): void {
  if ((span.baseEnd - span.baseStart) * (span.end - span.start) > LCS_LIMIT) {
    into.push(span);
    return;
  }
  for (const piece of diffIndices(base.slice(span.baseStart, span.baseEnd), other.slice(span.start, span.end))) {
    const baseStart = span.baseStart + piece.buffer1[0];
    const start = span.start + piece.buffer2[0];
    into.push({ baseStart, baseEnd: baseStart + piece.buffer1[1], start, end: start + piece.buffer2[1] });
  }
}

interface Anchor {
  base: number;
  other: number;
}

/** Units that stand exactly once in both spans, as many of them as keep their order. */
function findAnchors(base: readonly number[], other: readonly number[], span: Hunk): Anchor[] {
  const places = new Map<number, number>();
  for (let i = span.baseStart; i < span.baseEnd; i++) places.set(base[i]!, places.has(base[i]!) ? -1 : i);
  const seen = new Map<number, number>();
  for (let i = span.start; i < span.end; i++) seen.set(other[i]!, seen.has(other[i]!) ? -1 : i);
  const common: Anchor[] = [];
  for (const [unit, place] of places) {
    const match = seen.get(unit);
    if (place >= 0 && match !== undefined && match >= 0) common.push({ base: place, other: match });
  }
  return longestRising(common.toSorted((x, y) => x.base - y.base));
}

/** The longest subsequence whose `other` rises (patience sorting; Fredman 1975). */
function longestRising(anchors: readonly Anchor[]): Anchor[] {
  const piles: number[] = [];
  const before: number[] = [];
  anchors.forEach((anchor, i) => {
    let low = 0;
    let high = piles.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (anchors[piles[middle]!]!.other < anchor.other) low = middle + 1;
      else high = middle;
    }
    before[i] = low > 0 ? piles[low - 1]! : -1;
    piles[low] = i;
  });
  const chain: Anchor[] = [];
  for (let i = piles.at(-1) ?? -1; i >= 0; i = before[i]!) chain.push(anchors[i]!);
  return chain.toReversed();
}

export interface Range {
  start: number;
  end: number;
}

/** A stretch of the merge. same: nobody changed it. mine, theirs: one side did. both: the two changes overlap. */
export interface Region {
  changed: 'same' | 'mine' | 'theirs' | 'both';
  base: Range;
  mine: Range;
  theirs: Range;
}

/**
 * The three sequences as one run of regions. Changes that only touch stay apart, but two insertions at one place are 'both'.
 * @param sides what turns the base into either side, in order
 */
export function findRegions(baseLength: number, sides: Record<Side, readonly Hunk[]>): Region[] {
  const next = { mine: 0, theirs: 0 };
  const place = { base: 0, mine: 0, theirs: 0 };
  const regions: Region[] = [];
  const push = (changed: Region['changed'], baseEnd: number, mineEnd: number, theirsEnd: number): void => {
    if (baseEnd === place.base && mineEnd === place.mine && theirsEnd === place.theirs) return;
    regions.push({
      changed,
      base: { start: place.base, end: baseEnd },
      mine: { start: place.mine, end: mineEnd },
      theirs: { start: place.theirs, end: theirsEnd },
    });
    Object.assign(place, { base: baseEnd, mine: mineEnd, theirs: theirsEnd });
  };
  while (next.mine < sides.mine.length || next.theirs < sides.theirs.length) {
    const group = takeGroup(sides, next);
    const gap = group.start - place.base;
    push('same', group.start, place.mine + gap, place.theirs + gap);
    const { changed, end, growth } = group;
    const length = end - group.start;
    push(changed, end, place.mine + length + growth.mine, place.theirs + length + growth.theirs);
  }
  const rest = baseLength - place.base;
  push('same', baseLength, place.mine + rest, place.theirs + rest);
  return regions;
}

type Side = 'mine' | 'theirs';

interface Group {
  changed: Region['changed'];
  start: number;
  end: number;
  /** By how many units each side is longer than the base here. */
  growth: Record<Side, number>;
}

/** The next hunk, with all hunks of the other side that overlap it, and theirs in turn. */
function takeGroup(sides: Record<Side, readonly Hunk[]>, next: Record<Side, number>): Group {
  const first = { mine: sides.mine[next.mine], theirs: sides.theirs[next.theirs] };
  const leader: Side = !first.theirs || (first.mine && comesBefore(first.mine, first.theirs)) ? 'mine' : 'theirs';
  const start = first[leader]!.baseStart;
  const group: Group = { changed: leader, start, end: start, growth: { mine: 0, theirs: 0 } };
  const take = (side: Side): void => {
    const hunk = sides[side][next[side]]!;
    next[side] += 1;
    group.end = Math.max(group.end, hunk.baseEnd);
    group.growth[side] += hunk.end - hunk.start - (hunk.baseEnd - hunk.baseStart);
    if (side !== leader) group.changed = 'both';
  };
  take(leader);
  for (;;) {
    const overlapping = (['mine', 'theirs'] as const).find((side) => {
      const hunk = sides[side][next[side]];
      return hunk !== undefined && overlaps(hunk, group, side === leader && group.changed !== 'both');
    });
    if (!overlapping) return group;
    take(overlapping);
  }
}

function comesBefore(x: Hunk, y: Hunk): boolean {
  return x.baseStart !== y.baseStart ? x.baseStart < y.baseStart : x.baseEnd <= y.baseEnd;
}

function overlaps(hunk: Hunk, group: Range, sameSide: boolean): boolean {
  if (sameSide) return false;
  const bothInsert = group.start === group.end && hunk.baseStart === hunk.baseEnd && hunk.baseStart === group.start;
  return bothInsert || hunk.baseStart < group.end;
}
