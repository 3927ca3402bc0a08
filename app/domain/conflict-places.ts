/** Where two devices changed the same paragraphs of a text: what each had there, and where that stands now. */
import { splitParagraphs } from '#processors/contract/passages.ts';
import { diffParagraphs } from './diff-paragraphs.ts';
import { findRegions, type Range } from './diff-units.ts';
import { mergeProse } from './merge-prose.ts';
import type { ParagraphRun } from './replace-paragraphs.ts';

export interface ConflictTexts {
  /** Null: what both started from is not known. */
  base: string | null;
  mine: string;
  theirs: string;
  /** What the text says now: merged, and perhaps written on since. */
  now: string;
}

export interface ConflictPlace {
  base: ParagraphRun;
  mine: ParagraphRun;
  theirs: ParagraphRun;
  /** Where the merge of both stands now; null: it has been mended, or one side was chosen. */
  now: ParagraphRun | null;
}

/** The places, in order. Changes that could be merged without a doubt are none. */
export function findConflictPlaces({ base, mine, theirs, now }: ConflictTexts): ConflictPlace[] {
  const split = (text: string): string[] => splitParagraphs(text).map((paragraph) => paragraph.text);
  const sides = { mine: split(mine), theirs: split(theirs) };
  const ground = base === null ? findCommon(sides.mine, sides.theirs) : split(base);
  const current = split(now);
  const changes = { mine: diffParagraphs(ground, sides.mine), theirs: diffParagraphs(ground, sides.theirs) };
  const places: ConflictPlace[] = [];
  let from = 0;
  for (const region of findRegions(ground.length, changes)) {
    if (region.changed !== 'both') continue;
    const [was, one, other] = [cut(base ?? '', region.base), cut(mine, region.mine), cut(theirs, region.theirs)];
    const merged = mergeProse(was, one, other);
    if (merged.conflicts === 0) continue;
    // Where the base was not known, the order came from the whole texts.
    const ways = [merged.text, `${one}\n\n${other}`, `${other}\n\n${one}`];
    const stands = ways.map((way) => findRun(current, split(way), from)).find((run) => run !== null) ?? null;
    if (stands) from = stands.first + stands.count;
    places.push({ base: runOf(region.base), mine: runOf(region.mine), theirs: runOf(region.theirs), now: stands });
  }
  return places;
}

/** The paragraphs that both have: the nearest thing to what they started from. */
function findCommon(mine: readonly string[], theirs: readonly string[]): string[] {
  const common: string[] = [];
  let place = 0;
  for (const hunk of diffParagraphs(mine, theirs)) {
    common.push(...mine.slice(place, hunk.baseStart));
    place = hunk.baseEnd;
  }
  return [...common, ...mine.slice(place)];
}

/** Paragraphs as they stand, with the gap before them: the order in which a merge keeps two comes of it, too. */
function cut(text: string, { start, end }: Range): string {
  const paragraphs = splitParagraphs(text);
  return start >= end ? '' : text.slice(start === 0 ? 0 : paragraphs[start - 1]?.end, paragraphs[end - 1]?.end);
}

function runOf({ start, end }: Range): ParagraphRun {
  return { first: start, count: end - start };
}

/** Where these paragraphs stand one after the other, at `from` or later. */
function findRun(paragraphs: readonly string[], wanted: readonly string[], from: number): ParagraphRun | null {
  for (let first = from; first + wanted.length <= paragraphs.length; first++) {
    if (wanted.every((text, i) => paragraphs[first + i] === text)) return { first, count: wanted.length };
  }
  return null;
}
