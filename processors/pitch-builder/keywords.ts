/**
 * Keywords by level statistics: P. Carpena, P. Bernaola-Galván, M. Hackenberg, A. V. Coronado, J. L. Oliver, “Level statistics
 * of words: Finding keywords in literary texts and symbolic sequences”, Physical Review E 79 (2009), 035102. A word that
 * matters comes in clusters, where the text is about it; others are spread evenly. It knows no language and needs no list.
 */
import { foldTerm, splitTerms } from './split-terms.ts';

export interface Keyword {
  text: string;
  /** The chapters where it comes most often, in the book's order; three at most. */
  chapterIds: string[];
}

interface Occurrences {
  places: number[];
  /** How often it comes in each chapter. */
  chapters: Map<string, number>;
  /** How often it is written in each way. */
  spellings: Map<string, number>;
}

/** Fewer occurrences say nothing of how a word is spread (the paper's figures for small n). */
const LEAST_OCCURRENCES = 5;
const MOST_CHAPTERS = 3;
/** A word in more of the chapters than this is no one's subject, unless it is a name; asked of books with chapters enough to say. */
const COMMON_SHARE = 0.6;
const ENOUGH_CHAPTERS = 6;

export interface KeywordFinder {
  add(chapterId: string, text: string): void;
  /** The best first. */
  find(): Keyword[];
}

/** Takes a book chapter by chapter: it keeps places, not texts. */
export function createKeywordFinder(): KeywordFinder {
  const terms = new Map<string, Occurrences>();
  const chapters = new Set<string>();
  let length = 0;
  return {
    add(chapterId, text) {
      chapters.add(chapterId);
      for (const spelling of splitTerms(text)) {
        const term = foldTerm(spelling);
        length += 1;
        if (!canBeKeyword(term)) continue;
        const known: Occurrences = terms.get(term) ?? { places: [], chapters: new Map(), spellings: new Map() };
        known.places.push(length);
        known.chapters.set(chapterId, (known.chapters.get(chapterId) ?? 0) + 1);
        const written = spelling.replace(/[’']s$/, '');
        known.spellings.set(written, (known.spellings.get(written) ?? 0) + 1);
        terms.set(term, known);
      }
    },
    find() {
      return [...terms.values()]
        .filter((word) => word.places.length >= LEAST_OCCURRENCES && !isCommon(word, chapters.size))
        .map((word) => ({ word, score: clustering(word.places, length) }))
        .filter(({ score }) => score > 0)
        .toSorted((a, b) => b.score - a.score || (a.word.places[0] ?? 0) - (b.word.places[0] ?? 0))
        .map(({ word }) => ({ text: mostOf(word.spellings), chapterIds: chaptersOf(word) }));
    },
  };
}

function canBeKeyword(term: string): boolean {
  return /\p{L}/u.test(term) && (term.length > 3 || /[\p{Script=Han}\p{Script=Katakana}]{2}/u.test(term));
}

function isCommon({ chapters, spellings }: Occurrences, chapterCount: number): boolean {
  return chapterCount >= ENOUGH_CHAPTERS && chapters.size > chapterCount * COMMON_SHARE && !/^\p{Lu}/u.test(mostOf(spellings));
}

/** The paper's C: by how many standard deviations the distances between occurrences vary more than a random word's. */
function clustering(places: readonly number[], length: number): number {
  const count = places.length;
  const gaps = [...places, length + 1].map((place, index) => place - (places[index - 1] ?? 0));
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
  const normalized = Math.sqrt(variance) / mean / Math.sqrt(1 - count / length);
  const expected = (2 * count - 1) / (2 * count + 2);
  const deviation = 1 / (Math.sqrt(count) * (1 + 2.8 * count ** -0.865));
  return (normalized - expected) / deviation;
}

function mostOf(counts: ReadonlyMap<string, number>): string {
  return [...counts].reduce((best, next) => (next[1] > best[1] ? next : best))[0];
}

function chaptersOf({ chapters }: Occurrences): string[] {
  const most = new Set([...chapters].toSorted((a, b) => b[1] - a[1]).slice(0, MOST_CHAPTERS).map(([id]) => id));
  return [...chapters.keys()].filter((id) => most.has(id));
}
