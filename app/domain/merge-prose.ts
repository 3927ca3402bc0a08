/**
 * Three-way merge of prose: by paragraph, then by word inside the paragraphs that both sides changed. What both
 * changed is kept twice, in the order of its content's hash, so that either side computes the same bytes.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { findChange, type Change } from './common-ends.ts';
import { diffParagraphs } from './diff-paragraphs.ts';
import { createInterner, diffUnits, findRegions, type Range, type Region } from './diff-units.ts';
import { createOverlap, REWRITTEN_BELOW, type Overlap } from './word-overlap.ts';
import { forEachWord, isContinuous } from './words.ts';

export interface MergedProse {
  text: string;
  /** Places where both sides changed the same words, and both are kept. */
  conflicts: number;
}

/** A paragraph or a word, and the white space that stood before it. */
interface Unit {
  text: string;
  before: string;
  /** It began its text: what stood before it says nothing about what should stand before it elsewhere. */
  first: boolean;
}

interface Side {
  units: Unit[];
  tail: string;
}

interface Sides {
  base: Side;
  mine: Side;
  theirs: Side;
}

interface Merged {
  units: Unit[];
  conflicts: number;
}

const PARAGRAPH = /\S(?:[^\n]*\S)?(?:[ \t\r]*\n[ \t]*\S(?:[^\n]*\S)?)*/g;
const BLANK_LINE = /\n[ \t\r]*\n/;

/**
 * @param base what both sides started from; empty where that is not known
 * @returns the same text when `mine` and `theirs` change places; every word that either side inserted is in it. A
 *   paragraph that one side deleted and the other changed stays.
 */
export function mergeProse(base: string, mine: string, theirs: string): MergedProse {
  if (mine === theirs || base === theirs) return { text: mine, conflicts: 0 };
  if (base === mine) return { text: theirs, conflicts: 0 };
  const sides: Sides = { base: split(base, PARAGRAPH), mine: split(mine, PARAGRAPH), theirs: split(theirs, PARAGRAPH) };
  const keyOf = (unit: Unit): string => unit.text;
  const merged = mergeRegions(sides, findParagraphRegions(sides), keyOf, mergeParagraphs);
  return { text: join(merged.units, '\n\n') + pickThird(sides.base.tail, sides.mine.tail, sides.theirs.tail), conflicts: merged.conflicts };
}

function split(text: string, pattern: RegExp): Side {
  const units: Unit[] = [];
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    units.push({ text: match[0], before: text.slice(end, match.index), first: units.length === 0 });
    end = match.index + match[0].length;
  }
  return { units, tail: text.slice(end) };
}

function splitWords(text: string, start = 0, end = text.length): Side {
  const units: Unit[] = [];
  const last = forEachWord(text, start, end, (from, to, before) => {
    units.push({ text: text.slice(from, to), before: text.slice(before, from), first: before === 0 });
  });
  return { units, tail: text.slice(last, end) };
}

function countWords(text: string, start = 0, end = text.length): number {
  let count = 0;
  forEachWord(text, start, end, () => (count += 1));
  return count;
}

/** @param atStart whether the first unit begins a text, so that what stood before it elsewhere goes */
function join(units: readonly Unit[], between: string, atStart = true): string {
  let text = '';
  units.forEach((unit, i) => {
    if (i === 0 && atStart) text += unit.first ? unit.before : '';
    else text += unit.first ? between : unit.before;
    text += unit.text;
  });
  return text;
}

/** What changed: one side's where the other kept the base's; the longer where both changed it. */
function pickThird(base: string, mine: string, theirs: string): string {
  if (mine === theirs || theirs === base) return mine;
  if (mine === base) return theirs;
  return pickLonger(mine, theirs);
}

function pickLonger(mine: string, theirs: string): string {
  if (mine.length !== theirs.length) return mine.length > theirs.length ? mine : theirs;
  return mine < theirs ? mine : theirs;
}

type KeyOf = (unit: Unit) => string;

function findParagraphRegions(sides: Sides): Region[] {
  const [base, mine, theirs] = [sides.base, sides.mine, sides.theirs].map((side) => textsOf(side.units));
  return findRegions(base!.length, { mine: diffParagraphs(base!, mine!), theirs: diffParagraphs(base!, theirs!) });
}

function findWordRegions(sides: Sides): Region[] {
  const intern = createInterner();
  const [base, mine, theirs] = [sides.base, sides.mine, sides.theirs].map((side) => side.units.map((unit) => intern(wordKey(unit))));
  return findRegions(base!.length, { mine: diffUnits(base!, mine!), theirs: diffUnits(base!, theirs!) });
}

function mergeRegions(sides: Sides, regions: readonly Region[], keyOf: KeyOf, mergeBoth: (sides: Sides, region: Region) => Merged): Merged {
  const merged: Merged = { units: [], conflicts: 0 };
  for (const region of regions) {
    if (region.changed === 'same') {
      for (let i = 0; i < region.base.end - region.base.start; i++) merged.units.push(pickUnit(sides, region, i));
    } else if (region.changed === 'both') {
      const both = sameOnBoth(sides, region, keyOf) ? { units: takeSame(sides, region), conflicts: 0 } : mergeBoth(sides, region);
      merged.units.push(...both.units);
      merged.conflicts += both.conflicts;
    } else {
      merged.units.push(...slice(sides[region.changed], region[region.changed]));
    }
  }
  return merged;
}

/** A unit that nobody changed; the white space before it may have been. */
function pickUnit(sides: Sides, region: Region, offset: number): Unit {
  const base = sides.base.units[region.base.start + offset]!;
  const mine = sides.mine.units[region.mine.start + offset]!;
  const theirs = sides.theirs.units[region.theirs.start + offset]!;
  if (mine.first !== theirs.first) return mine.first ? theirs : mine;
  return { text: base.text, before: pickThird(base.before, mine.before, theirs.before), first: mine.first };
}

function slice(side: Side, range: Range): Unit[] {
  return side.units.slice(range.start, range.end);
}

function sameOnBoth(sides: Sides, region: Region, keyOf: KeyOf): boolean {
  if (region.mine.end - region.mine.start !== region.theirs.end - region.theirs.start) return false;
  const theirs = slice(sides.theirs, region.theirs);
  return slice(sides.mine, region.mine).every((unit, i) => keyOf(unit) === keyOf(theirs[i]!));
}

/** What both made alike; the white space before it may differ, and is the same whichever side is whose. */
function takeSame(sides: Sides, region: Region): Unit[] {
  const theirs = slice(sides.theirs, region.theirs);
  return slice(sides.mine, region.mine).map((unit, i) => {
    const other = theirs[i]!;
    if (unit.first !== other.first) return unit.first ? other : unit;
    return { ...unit, before: pickLonger(unit.before, other.before) };
  });
}

/** Paragraphs that both sides changed. */
function mergeParagraphs(sides: Sides, region: Region): Merged {
  const base = slice(sides.base, region.base);
  const mine = slice(sides.mine, region.mine);
  const theirs = slice(sides.theirs, region.theirs);
  // An edit beats a delete, but only what was edited comes back.
  if (mine.length === 0) return { units: withoutUnchanged(base, theirs), conflicts: 0 };
  if (theirs.length === 0) return { units: withoutUnchanged(base, mine), conflicts: 0 };
  if (base.length === 0) return keepParagraphs(mine, theirs);
  if (base.length === 1 && mine.length === 1 && theirs.length === 1) return mergeByWord(base, mine, theirs);
  const overlap = createOverlap(textsOf(base));
  const [myOld, theirOld] = [findOldPart(mine, overlap), findOldPart(theirs, overlap)];
  if (!myOld || !theirOld) return keepParagraphs(mine, theirs);
  const head = keepParagraphs(mine.slice(0, myOld.start), theirs.slice(0, theirOld.start));
  const middle = mergeByWord(base, mine.slice(myOld.start, myOld.end), theirs.slice(theirOld.start, theirOld.end));
  const tail = keepParagraphs(mine.slice(myOld.end), theirs.slice(theirOld.end));
  return { units: [...head.units, ...middle.units, ...tail.units], conflicts: head.conflicts + middle.conflicts + tail.conflicts };
}

/** Paragraphs as one run of words. Where a side wrote them anew, both stay as they are: word by word they would be mixed. */
function mergeByWord(base: readonly Unit[], mine: readonly Unit[], theirs: readonly Unit[]): Merged {
  const texts = { base: join(base, '\n\n').trim(), mine: join(mine, '\n\n').trim(), theirs: join(theirs, '\n\n').trim() };
  const changes = { mine: findChange(texts.base, texts.mine), theirs: findChange(texts.base, texts.theirs) };
  const total = countWords(texts.base);
  const place = (text: string): Unit[] => (text === '' ? [] : [placeMerged(text, base[0]!, mine[0]!, theirs[0]!)]);
  const kept = (change: Change): number => total - countWords(texts.base, change.start, change.end);
  if (Math.min(kept(changes.mine), kept(changes.theirs)) >= total * REWRITTEN_BELOW) {
    const joined = joinChanges(texts.base, changes.mine, changes.theirs);
    if (joined !== null) return { units: place(joined), conflicts: 0 };
  }
  const { sides, head, tail } = narrow(texts, changes);
  const regions = findWordRegions(sides);
  if (isRewritten(regions, sides.base.units.length, total)) return keepParagraphs(mine, theirs);
  const merged = mergeRegions(sides, regions, wordKey, mergeWords);
  return { units: place((head + join(merged.units, ' ', head === '') + tail).trim()), conflicts: merged.conflicts };
}

/** Two changes in different places, made one after the other; null where no whole word stands between them. */
function joinChanges(base: string, mine: Change, theirs: Change): string | null {
  const [one, other] = mine.start <= theirs.start ? [mine, theirs] : [theirs, mine];
  if (one.end >= other.start) return null;
  return base.slice(0, one.start) + one.text + base.slice(one.end, other.start) + other.text + base.slice(other.end);
}

/** The words between the first and the last change of either side, and what stands unchanged around them. */
function narrow(texts: Record<keyof Sides, string>, changes: Record<'mine' | 'theirs', Change>): { sides: Sides; head: string; tail: string } {
  const start = Math.min(changes.mine.start, changes.theirs.start);
  const end = Math.max(changes.mine.end, changes.theirs.end);
  const rest = texts.base.length - end;
  const between = (text: string): Side => splitWords(text, start, text.length - rest);
  const sides = { base: between(texts.base), mine: between(texts.mine), theirs: between(texts.theirs) };
  return { sides, head: texts.base.slice(0, start), tail: texts.base.slice(end) };
}

function placeMerged(text: string, base: Unit, mine: Unit, theirs: Unit): Unit {
  const before = mine.first === theirs.first ? pickThird(base.before, mine.before, theirs.before) : (mine.first ? theirs : mine).before;
  return { text, before, first: mine.first && theirs.first };
}

/** @param compared of `total` words of the base, how many the regions are about: the others are kept */
function isRewritten(regions: readonly Region[], compared: number, total: number): boolean {
  const kept = { mine: total - compared, theirs: total - compared };
  for (const { changed, base } of regions) {
    if (changed === 'same' || changed === 'theirs') kept.mine += base.end - base.start;
    if (changed === 'same' || changed === 'mine') kept.theirs += base.end - base.start;
  }
  return Math.min(kept.mine, kept.theirs) < total * REWRITTEN_BELOW;
}

/** A paragraph's break is content: where one side sets or takes it, that is a change like any other. */
function wordKey(unit: Unit): string {
  return unit.before.length > 1 && BLANK_LINE.test(unit.before) ? `\n\n${unit.text}` : unit.text;
}

/** Words that both sides changed: an edit beats a delete; else both stay. */
function mergeWords(sides: Sides, region: Region): Merged {
  const mine = slice(sides.mine, region.mine);
  const theirs = slice(sides.theirs, region.theirs);
  if (mine.length === 0) return { units: theirs, conflicts: 0 };
  if (theirs.length === 0) return { units: mine, conflicts: 0 };
  return keepWords(mine, theirs);
}

function withoutUnchanged(base: readonly Unit[], edited: readonly Unit[]): Unit[] {
  const intern = createInterner();
  const numbers = [base, edited].map((units) => units.map((unit) => intern(unit.text)));
  return diffUnits(numbers[0]!, numbers[1]!).flatMap((hunk) => edited.slice(hunk.start, hunk.end));
}

/** Where what was made of the base begins and ends between paragraphs that are new; null when all of it was written anew. */
function findOldPart(units: readonly Unit[], overlap: Overlap): Range | null {
  if (overlap(textsOf(units)).ofBase < REWRITTEN_BELOW) return null;
  const isNew = (unit: Unit | undefined): boolean => unit !== undefined && overlap([unit.text]).ofTexts < REWRITTEN_BELOW;
  let start = 0;
  let end = units.length;
  while (start < end && isNew(units[start])) start += 1;
  while (end > start && isNew(units[end - 1])) end -= 1;
  return start < end ? { start, end } : null;
}

function textsOf(units: readonly Unit[]): string[] {
  return units.map((unit) => unit.text);
}

/** Paragraphs of both, what they share once. */
function keepParagraphs(mine: readonly Unit[], theirs: readonly Unit[]): Merged {
  const [one, other] = inContentOrder(mine, theirs);
  const intern = createInterner();
  const numbers = [one, other].map((units) => units.map((unit) => intern(unit.text)));
  const merged: Merged = { units: [], conflicts: 0 };
  let place = 0;
  for (const hunk of diffUnits(numbers[0]!, numbers[1]!)) {
    merged.units.push(...one.slice(place, hunk.baseEnd), ...other.slice(hunk.start, hunk.end));
    place = hunk.baseEnd;
    if (hunk.baseStart < hunk.baseEnd && hunk.start < hunk.end) merged.conflicts += 1;
  }
  merged.units.push(...one.slice(place));
  return merged;
}

/** Both, one after the other. */
function keepWords(mine: readonly Unit[], theirs: readonly Unit[]): Merged {
  const [one, [second, ...rest]] = inContentOrder(mine, theirs);
  // What now follows needs something before it; the gap of words that stood first says nothing.
  const gap = second && (second.before === '' || second.first) && !isContinuous(second.text.charCodeAt(0)) ? ' ' : (second?.before ?? '');
  return { units: [...one, ...(second ? [{ text: second.text, before: gap, first: false }] : []), ...rest], conflicts: 1 };
}

function inContentOrder(mine: readonly Unit[], theirs: readonly Unit[]): [readonly Unit[], readonly Unit[]] {
  const hash = (units: readonly Unit[]): string => hashText(units.map((unit) => unit.before + unit.text).join(''));
  return hash(mine) <= hash(theirs) ? [mine, theirs] : [theirs, mine];
}

/** SHA-256 in hex, of the text in UTF-8. */
export function hashText(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text)));
}
