/** How much of some paragraphs lives on in others, by the words that they share. */
import { forEachWord } from './words.ts';

/** Below this share of common words a place was written anew: no word-by-word mixing. */
export const REWRITTEN_BELOW = 0.4;

/** The share of the texts' words that stand in the base, and of the base's words that stand in them; each word as often as it is there. */
export type Overlap = (texts: readonly string[]) => { ofTexts: number; ofBase: number };

export function createOverlap(base: readonly string[]): Overlap {
  const words = wordsOf(base);
  const inBase = new Map<string, number>();
  for (const word of words) inBase.set(word, (inBase.get(word) ?? 0) + 1);
  return (texts) => {
    const left = new Map(inBase);
    const own = wordsOf(texts);
    let common = 0;
    for (const word of own) {
      const count = left.get(word) ?? 0;
      if (count === 0) continue;
      left.set(word, count - 1);
      common += 1;
    }
    return { ofTexts: common / Math.max(1, own.length), ofBase: common / Math.max(1, words.length) };
  };
}

function wordsOf(texts: readonly string[]): string[] {
  const words: string[] = [];
  for (const text of texts) forEachWord(text, 0, text.length, (from, to) => words.push(text.slice(from, to)));
  return words;
}
