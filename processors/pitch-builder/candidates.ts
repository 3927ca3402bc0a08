/** Sentences of a book that may stand in its pitch, and which of them do. */
import type { PitchSentence } from '#schemas/generated/types.ts';
import { countWords } from '../contract/count-words.ts';
import type { BookTexts, ChapterText } from './book-texts.ts';
import { cosine, findBest, rankSentences, toVectors } from './lexrank.ts';
import type { SourceSentence } from './read-sentences.ts';
import { foldTerm, splitTerms } from './split-terms.ts';

export interface Candidate extends SourceSentence {
  chapter: Pick<ChapterText, 'id' | 'number'>;
  /** Its place among the chapter's sentences. */
  place: number;
  terms: readonly string[];
  /** It is no sentence of narration: it stands in only where there are none. */
  scrap?: boolean;
  /** How central it is: in its chapter, and where it was ranked across chapters, among all chapters' best. */
  rank: number;
}

/** Words that a sentence of a pitch has, at the least and at the most. */
const FEWEST_TERMS = 8;
const MOST_TERMS = 42;
/** Two sentences as alike as this say the same (the paper's threshold for what subsumes what lies there). */
const SAME = 0.5;
/** How much longer than what is left of its part a sentence may be. */
const TOO_LONG = 1.25;
/** A chapter gives so many, and more where the book has few chapters. */
const OF_A_CHAPTER = 16;
const OF_A_BOOK = 480;

/**
 * A chapter's most central sentences, in its order. It depends on the chapter alone, so that a change in another one
 * changes nothing here.
 */
export function findCandidates(chapter: ChapterText, sentences: readonly SourceSentence[], book: Pick<BookTexts, 'chapters'>): Candidate[] {
  const terms = sentences.map((sentence) => splitTerms(sentence.text).map(foldTerm));
  const ranks = rankSentences(terms);
  const all = sentences.map((sentence, place): Candidate => ({ ...sentence, chapter: { id: chapter.id, number: chapter.number }, place, terms: terms[place] ?? [], rank: ranks[place] ?? 0 }));
  const usable = preferFit(all);
  const most = Math.max(OF_A_CHAPTER, Math.ceil(OF_A_BOOK / book.chapters.length));
  return findBest(usable.map(({ rank }) => rank), most).toSorted((a, b) => a - b).flatMap((at) => usable[at] ?? []);
}

/** A chapter of dialogue alone has speech to give; one of scraps (an epigraph) its scraps, as long as they can be read. */
function preferFit(sentences: readonly Candidate[]): Candidate[] {
  const fit = sentences.filter(isFit);
  if (fit.length > 0) return fit;
  return sentences.filter(({ terms }) => terms.length > 1 && terms.length <= MOST_TERMS * 2).map((sentence) => ({ ...sentence, scrap: true }));
}

/** Narration, whole, of a length that can be read in a pitch; not a question. */
function isFit({ text, terms }: Candidate): boolean {
  const isSpeech = /[“”«»「」"]|^[—–-]|^[‘']/u.test(text);
  return terms.length >= FEWEST_TERMS && terms.length <= MOST_TERMS && !isSpeech && /[\p{Sentence_Terminal}…][’')）]*$/u.test(text) && !/[?？؟]/u.test(text);
}

/** LexRank once more, over the chosen of all chapters. */
export function rankAcross(candidates: readonly Candidate[]): Candidate[] {
  const ranks = rankSentences(candidates.map(({ terms }) => terms));
  return candidates.map((candidate, index) => ({ ...candidate, rank: ranks[index] ?? 0 }));
}

/** The most central ones up to so many words or sentences, none that says what another says; in the book's order. */
export function chooseTop(all: readonly Candidate[], words: number, count: number): Candidate[] {
  const candidates = all.some(({ scrap }) => !scrap) ? all.filter(({ scrap }) => !scrap) : all;
  const vectors = toVectors(candidates.map(({ terms }) => terms));
  const hasShort = candidates.some(({ text }) => countWords(text) <= words * TOO_LONG);
  const chosen: number[] = [];
  let left = words;
  for (const at of findBest(candidates.map(({ rank }) => rank), candidates.length)) {
    const candidate = candidates[at];
    const vector = vectors[at];
    if (!candidate || !vector || chosen.length >= count || left <= 0) continue;
    const length = countWords(candidate.text);
    // Where all are longer than the part, one of them is: a part of no sentence says nothing.
    if (length > left * TOO_LONG && (chosen.length > 0 || hasShort)) continue;
    if (chosen.some((other) => cosine(vector, vectors[other] ?? vector) > SAME)) continue;
    chosen.push(at);
    left -= length;
  }
  return chosen.toSorted((a, b) => a - b).flatMap((at) => candidates[at] ?? []);
}

/**
 * A telling of the whole book: each chapter is told at its share of the words, its most central sentences first; short ones
 * leave their share to the next.
 */
export function chooseSpread(candidates: readonly Candidate[], book: BookTexts, words: number): Candidate[] {
  const chosen: Candidate[] = [];
  let credit = 0;
  for (const chapter of book.chapters) {
    credit += (words * chapter.words) / book.words;
    const own = candidates.filter((candidate) => candidate.chapter.id === chapter.id);
    const picked = credit >= LEAST_CREDIT ? chooseTop(own, credit, Infinity) : [];
    credit -= picked.reduce((sum, candidate) => sum + countWords(candidate.text), 0);
    chosen.push(...picked);
  }
  return chosen.length > 0 ? chosen : chooseTop(candidates, words, 1);
}

/** Words that must have come together before a sentence is chosen. */
const LEAST_CREDIT = 12;

export function toSentence({ text, quote, chapter }: Candidate): PitchSentence {
  return { text, chapter_ids: [chapter.id], quotes: [{ chapter_id: chapter.id, text: quote }] };
}
