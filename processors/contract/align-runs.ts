/**
 * Follows runs of paragraphs from one version of a text to another. Equal paragraphs are found first (a longest
 * common subsequence: ends trimmed, then paragraphs that are unique on both sides as in patience diff, then what lies
 * between them); what differs is matched by the words it shares, and at last by place.
 */

/** A run's paragraphs in the new text; `run` is null for paragraphs that no run can claim. */
export interface Piece {
  run: number | null;
  first: number;
  count: number;
}

/** A square of paragraphs larger than this is matched by place alone, so that the worst case stays fast. */
const LARGEST_TABLE = 40_000;
/** The share of a paragraph's words that another must hold to be its next version. */
const SIMILAR = 0.34;

/**
 * @param was paragraphs of the old text
 * @param is paragraphs of the new text
 * @param runs ranges of `was`, in order, disjoint
 * @returns all runs in order and, between them, what is new; together they cover `is` without gaps
 */
export function alignRuns(was: readonly string[], is: readonly string[], runs: readonly { first: number; count: number }[]): Piece[] {
  const owners = new Int32Array(was.length).fill(-1);
  for (const [run, { first, count }] of runs.entries()) {
    owners.fill(run, Math.max(0, Math.min(first, was.length)), Math.max(0, Math.min(first + count, was.length)));
  }
  const source = matchParagraphs(was, is);
  const claimed = Int32Array.from(source, (old) => (old < 0 ? -1 : (owners[old] ?? -1)));
  const ranges = rangesOf(claimed, runs.length);
  return layOut(ranges, is.length);
}

/** First and end of what each run claims; an inner paragraph that nobody claims belongs to the run around it. */
function rangesOf(claimed: Int32Array, runCount: number): { first: number; end: number }[] {
  const ranges = Array.from({ length: runCount }, () => ({ first: -1, end: -1 }));
  let highest = -1;
  for (const [place, run] of claimed.entries()) {
    const range = ranges[run];
    if (!range || run < highest) continue;
    highest = run;
    if (range.first < 0) range.first = place;
    range.end = place + 1;
  }
  return ranges;
}

function layOut(ranges: readonly { first: number; end: number }[], length: number): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const [run, range] of ranges.entries()) {
    if (range.first > at) {
      pieces.push({ run: null, first: at, count: range.first - at });
      at = range.first;
    }
    const count = range.first < 0 ? 0 : range.end - at;
    pieces.push({ run, first: at, count });
    at += count;
  }
  if (length > at) pieces.push({ run: null, first: at, count: length - at });
  return pieces;
}

/**
 * For each new paragraph the old one that it is, or was made from; -1 for none. Never decreasing among those ≥ 0.
 */
function matchParagraphs(was: readonly string[], is: readonly string[]): Int32Array {
  const source = new Int32Array(is.length).fill(-1);
  let start = 0;
  while (start < was.length && start < is.length && was[start] === is[start]) source[start] = start++;
  let wasEnd = was.length;
  let isEnd = is.length;
  while (wasEnd > start && isEnd > start && was[wasEnd - 1] === is[isEnd - 1]) source[--isEnd] = --wasEnd;
  matchUnique(was, is, source, { a: start, aEnd: wasEnd, b: start, bEnd: isEnd });
  forEachGap(source, was.length, (gap) => matchEqual(was, is, source, gap));
  forEachGap(source, was.length, (gap) => matchSimilar(was, is, source, gap));
  forEachGap(source, was.length, (gap) => matchByPlace(source, gap));
  return source;
}

/** Old paragraphs a to aEnd stand between the same neighbours as new ones b to bEnd. */
interface Gap {
  a: number;
  aEnd: number;
  b: number;
  bEnd: number;
}

function forEachGap(source: Int32Array, wasLength: number, visit: (gap: Gap) => void): void {
  const gaps: Gap[] = [];
  let a = 0;
  let b = 0;
  for (let place = 0; place <= source.length; place++) {
    const old = place < source.length ? (source[place] ?? -1) : wasLength;
    if (old < 0) continue;
    if (place > b && old > a) gaps.push({ a, aEnd: old, b, bEnd: place });
    a = Math.max(a, old + 1);
    b = place + 1;
  }
  for (const gap of gaps) visit(gap);
}

/** Paragraphs that occur once on both sides: the longest rising sequence of them (Fredman 1975, as in patience diff). */
function matchUnique(was: readonly string[], is: readonly string[], source: Int32Array, gap: Gap): void {
  const places = new Map<string, number>();
  for (let a = gap.a; a < gap.aEnd; a++) places.set(was[a] ?? '', places.has(was[a] ?? '') ? -1 : a);
  const seen = new Map<string, number>();
  for (let b = gap.b; b < gap.bEnd; b++) seen.set(is[b] ?? '', seen.has(is[b] ?? '') ? -1 : b);
  const pairs: { a: number; b: number; back: number }[] = [];
  const tails: number[] = [];
  for (const [text, b] of seen) {
    const a = places.get(text);
    if (b < 0 || a === undefined || a < 0) continue;
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((pairs[tails[middle] ?? 0]?.a ?? 0) < a) low = middle + 1;
      else high = middle;
    }
    pairs.push({ a, b, back: low > 0 ? (tails[low - 1] ?? -1) : -1 });
    tails[low] = pairs.length - 1;
  }
  for (let at = tails.at(-1) ?? -1; at >= 0; at = pairs[at]?.back ?? -1) {
    const pair = pairs[at];
    if (pair) source[pair.b] = pair.a;
  }
}

/** The longest common subsequence of a small gap. */
function matchEqual(was: readonly string[], is: readonly string[], source: Int32Array, gap: Gap): void {
  if ((gap.aEnd - gap.a) * (gap.bEnd - gap.b) > LARGEST_TABLE) return;
  fillByTable(gap, source, (a, b) => (was[a] === is[b] ? 1 : 0), false);
}

/** What shares most words; several new paragraphs may come from one old one (it was split). */
function matchSimilar(was: readonly string[], is: readonly string[], source: Int32Array, gap: Gap): void {
  if ((gap.aEnd - gap.a) * (gap.bEnd - gap.b) > LARGEST_TABLE) return;
  const before = Array.from({ length: gap.aEnd - gap.a }, (_, at) => wordsOf(was[gap.a + at] ?? ''));
  const after = Array.from({ length: gap.bEnd - gap.b }, (_, at) => wordsOf(is[gap.b + at] ?? ''));
  const score = (a: number, b: number): number => shared(before[a - gap.a], after[b - gap.b]);
  fillByTable(gap, source, score, true);
}

/** The best order-keeping matching of a gap; with `many`, an old paragraph may be matched more than once. */
function fillByTable(gap: Gap, source: Int32Array, score: (a: number, b: number) => number, many: boolean): void {
  const height = gap.bEnd - gap.b;
  const width = gap.aEnd - gap.a;
  // best[b][a]: the score with new paragraphs from b on and old ones from a on.
  const best = Array.from({ length: height + 1 }, () => new Float64Array(width + 2));
  const scores = Array.from({ length: height }, () => new Float64Array(width));
  for (let b = height - 1; b >= 0; b--) {
    for (let a = width - 1; a >= 0; a--) {
      const own = score(gap.a + a, gap.b + b);
      scores[b]![a] = own;
      const take = own > 0 ? own + best[b + 1]![many ? a : a + 1]! : 0;
      best[b]![a] = Math.max(take, best[b + 1]![a]!, best[b]![a + 1]!);
    }
  }
  let a = 0;
  for (let b = 0; b < height && a < width; ) {
    const own = scores[b]![a]!;
    if (own > 0 && best[b]![a] === own + best[b + 1]![many ? a : a + 1]!) {
      source[gap.b + b] = gap.a + a;
      b += 1;
      if (!many) a += 1;
    } else if (best[b]![a] === best[b]![a + 1]!) a += 1;
    else b += 1;
  }
}

/** What is left on both sides is paired in order: a paragraph that was written anew is still that paragraph. */
function matchByPlace(source: Int32Array, gap: Gap): void {
  const count = Math.min(gap.aEnd - gap.a, gap.bEnd - gap.b);
  for (let at = 0; at < count; at++) source[gap.b + at] = gap.a + at;
}

function wordsOf(text: string): Set<string> {
  return new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu));
}

/** The share of the smaller side's words that both hold, or 0 where it is too small to mean anything. */
function shared(a: Set<string> | undefined, b: Set<string> | undefined): number {
  if (!a || !b || a.size === 0 || b.size === 0) return 0;
  const [small, large] = a.size < b.size ? [a, b] : [b, a];
  let both = 0;
  for (const word of small) if (large.has(word)) both += 1;
  const share = both / small.size;
  return share >= SIMILAR ? share : 0;
}
