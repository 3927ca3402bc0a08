/** A pitch without a model: the book's own most central sentences, word for word. It says so on what it makes. */
import type { PitchSentence } from '#schemas/generated/types.ts';
import { countWords } from '../contract/count-words.ts';
import { tellsAll, PART_WORDS } from './part-lengths.ts';
import type { PitchKind } from '../contract/pitch.ts';
import type { ProcessorContext } from '../contract/processor.ts';
import type { BookTexts, ChapterText } from './book-texts.ts';
import { chooseSpread, chooseTop, findCandidates, rankAcross, toSentence, type Candidate } from './candidates.ts';
import { createKeywordFinder, type Keyword } from './keywords.ts';
import type { PitchWriter, RunOfPart } from './pitch-writer.ts';
import { readSentences } from './read-sentences.ts';

export const EXTRACTIVE_METHOD = 'LexRank (Erkan & Radev 2004); keywords by level statistics (Carpena et al. 2009)';

export function createExtractiveWriter(book: BookTexts, context: ProcessorContext): PitchWriter {
  const byChapter = new Map<string, Candidate[]>();
  let ranked: Candidate[] | undefined;
  let keywords: Keyword[] | undefined;

  const candidatesOf = async (chapter: ChapterText): Promise<Candidate[]> => {
    const known = byChapter.get(chapter.id);
    if (known) return known;
    context.signal.throwIfAborted();
    const found = findCandidates(chapter, readSentences(await chapter.read(), book.language), book);
    byChapter.set(chapter.id, found);
    return found;
  };
  /** All chapters' best, in the book's order, each with its rank among them. */
  const allCandidates = async (): Promise<Candidate[]> => {
    if (ranked) return ranked;
    const all: Candidate[] = [];
    for (const chapter of book.chapters) all.push(...(await candidatesOf(chapter)));
    ranked = rankAcross(all);
    return ranked;
  };
  const findKeywords = async (): Promise<Keyword[]> => {
    if (keywords) return keywords;
    const finder = createKeywordFinder();
    for (const chapter of book.chapters) {
      context.signal.throwIfAborted();
      for (const sentence of readSentences(await chapter.read(), book.language)) finder.add(chapter.id, sentence.text);
    }
    keywords = finder.find();
    return keywords;
  };

  return {
    origin: 'extractive',
    async prepare(chapters) {
      for (const [index, chapter] of chapters.entries()) {
        context.reportProgress({ done: index, total: chapters.length, message: `Reading chapter ${index + 1} of ${chapters.length}` });
        await candidatesOf(chapter);
      }
    },
    async writePart(kind, words) {
      if (kind === 'keywords') return (await findKeywords()).slice(0, words).map(toKeyword);
      const all = await allCandidates();
      if (tellsAll(kind)) return withParagraphs(chooseSpread(all, book, words), kind);
      const opening = openingOf(all, book);
      return chooseTop(opening.length > 0 ? opening : all, words, kind === 'logline' ? 1 : Infinity).map(toSentence);
    },
    async rewriteRun(run) {
      if (run.kind === 'keywords') return replaceKeywords(await findKeywords(), run).map(toKeyword);
      const candidates = (await Promise.all(run.chapters.map(candidatesOf))).flat();
      return replaceSentences(candidates, run).map(toSentence);
    },
    describe: () => ({ provider: 'built-in', model: 'none', method: EXTRACTIVE_METHOD }),
  };
}

function toKeyword({ text, chapterIds }: Keyword): PitchSentence {
  return { text, chapter_ids: chapterIds };
}

/** What comes before the middle of the book: a cover and a letter don't give away its end. */
function openingOf(candidates: readonly Candidate[], book: BookTexts): Candidate[] {
  let words = 0;
  const before = new Set<string>();
  for (const chapter of book.chapters) {
    if (words > book.words / 2) break;
    before.add(chapter.id);
    words += chapter.words;
  }
  return candidates.filter(({ chapter }) => before.has(chapter.id));
}

/** About so many words, and then a paragraph ends with the chapter it tells. */
const PARAGRAPH_WORDS: Partial<Record<PitchKind, number>> = { 'synopsis-short': 120, 'synopsis-long': 160 };

function withParagraphs(chosen: readonly Candidate[], kind: PitchKind): PitchSentence[] {
  const most = PARAGRAPH_WORDS[kind] ?? PART_WORDS[kind];
  let words = 0;
  return chosen.map((candidate, index) => {
    const begins = words >= most && candidate.chapter.id !== chosen[index - 1]?.chapter.id;
    words = (begins ? 0 : words) + countWords(candidate.text);
    return { ...toSentence(candidate), ...(begins && { paragraph: true }) };
  });
}

/** As many as there were (of new chapters, as many words), the best of these chapters that don't stand there already. */
function replaceSentences(candidates: readonly Candidate[], { old, before, after, words }: RunOfPart): Candidate[] {
  const standing = new Set([...before, ...after].map((sentence) => sentence.text));
  const free = candidates.filter((candidate) => !standing.has(candidate.text));
  return chooseTop(free, old.length > 0 ? Infinity : words, old.length > 0 ? old.length : Infinity);
}

/** Words of the chapters that have changed first: it is their subject that may be another now. */
function replaceKeywords(found: readonly Keyword[], { old, chapters, before, after }: RunOfPart): Keyword[] {
  const standing = new Set([...before, ...after].map((sentence) => sentence.text));
  const changed = new Set(chapters.map((chapter) => chapter.id));
  const free = found.filter((keyword) => !standing.has(keyword.text));
  const own = free.filter((keyword) => keyword.chapterIds.some((id) => changed.has(id)));
  return [...own, ...free.filter((keyword) => !own.includes(keyword))].slice(0, old.length);
}
