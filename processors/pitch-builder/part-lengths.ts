import type { PitchKind } from '../contract/pitch.ts';

/** How long each part is, in words as `wc` counts them: what agents ask for. A page is about 500; keywords are counted one by one. */
export const PART_WORDS: Readonly<Record<PitchKind, number>> = {
  logline: 30,
  'back-cover': 150,
  'synopsis-short': 500,
  'synopsis-long': 2500,
  'query-letter': 110,
  keywords: 12,
};

/** Parts that tell the whole book, in its order; the others don't give away its end. */
export function tellsAll(kind: PitchKind): boolean {
  return kind === 'synopsis-short' || kind === 'synopsis-long';
}

/** A short book is not told at its own length. */
const LARGEST_SHARE = 0.4;

export function budgetOf(kind: PitchKind, bookWords: number): number {
  return kind === 'keywords' ? PART_WORDS.keywords : Math.min(PART_WORDS[kind], Math.max(1, Math.round(bookWords * LARGEST_SHARE)));
}
