import { syllable } from 'syllable';
import { countSentences, splitWords } from './split-words.ts';

export interface Readability {
  /** Flesch (1948): 206.835 − 1.015 · words/sentences − 84.6 · syllables/words. */
  readingEase: number;
  /** Kincaid et al. (1975): 0.39 · words/sentences + 11.8 · syllables/words − 15.59. */
  gradeLevel: number;
}

/**
 * How hard a text is to read. Syllables are counted by the `syllable` package (rules and a list of exceptions), a
 * word of the text once. A text without words is as easy as can be.
 * R. Flesch, “A new readability yardstick”, J. Applied Psychology 32 (1948); J. P. Kincaid et al., “Derivation of new
 * readability formulas for Navy enlisted personnel”, Research Branch Report 8-75 (1975).
 */
export function measureReadability(text: string, words: readonly string[] = splitWords(text)): Readability {
  if (words.length === 0) return { readingEase: 100, gradeLevel: 0 };
  const wordsPerSentence = words.length / Math.max(1, countSentences(text));
  const syllablesPerWord = countSyllables(words) / words.length;
  return {
    readingEase: 206.835 - 1.015 * wordsPerSentence - 84.6 * syllablesPerWord,
    gradeLevel: 0.39 * wordsPerSentence + 11.8 * syllablesPerWord - 15.59,
  };
}

/** Every word has at least one. */
function countSyllables(words: readonly string[]): number {
  const known = new Map<string, number>();
  let total = 0;
  for (const word of words) {
    let count = known.get(word);
    if (count === undefined) {
      // No word is that long; a run of letters without end is not worth reading to its end.
      count = Math.max(1, syllable(word.slice(0, 60)));
      known.set(word, count);
    }
    total += count;
  }
  return total;
}
