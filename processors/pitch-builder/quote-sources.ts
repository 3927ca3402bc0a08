import type { PitchPart, PitchQuote, PitchSentence } from '#schemas/generated/types.ts';
import type { BookTexts } from './book-texts.ts';
import { cosine, toVectors } from './lexrank.ts';
import { readSentences } from './read-sentences.ts';
import { foldTerm, splitTerms } from './split-terms.ts';

/** Below this the chapter says nothing like it in one place. */
const LEAST_LIKENESS = 0.15;

/**
 * The parts with, for each sentence that a model wrote, the line of each of its chapters that is most like it: where an
 * author who asks “where do I say that?” is led. A chapter at a time.
 */
export async function quoteSources(parts: readonly PitchPart[], book: BookTexts, signal: AbortSignal): Promise<PitchPart[]> {
  const wanting = parts.flatMap((part) => (part.kind === 'keywords' ? [] : part.sentences.filter((sentence) => !sentence.quotes && sentence.chapter_ids.length > 0 && sentence.origin !== 'author')));
  const quotes = new Map<PitchSentence, PitchQuote[]>();
  for (const chapter of book.chapters) {
    const own = wanting.filter((sentence) => sentence.chapter_ids.includes(chapter.id));
    if (own.length === 0) continue;
    signal.throwIfAborted();
    const lines = readSentences(await chapter.read(), book.language);
    const vectors = toVectors([...lines, ...own].map(({ text }) => splitTerms(text).map(foldTerm)));
    for (const [index, sentence] of own.entries()) {
      const vector = vectors[lines.length + index];
      const scores = vector ? lines.map((_line, at) => cosine(vector, vectors[at] ?? vector)) : [];
      const best = scores.reduce((top, score, at) => (score > (scores[top] ?? 0) ? at : top), 0);
      const line = lines[best];
      if (line && (scores[best] ?? 0) >= LEAST_LIKENESS) quotes.set(sentence, [...(quotes.get(sentence) ?? []), { chapter_id: chapter.id, text: line.quote }]);
    }
  }
  return parts.map((part) => ({ ...part, sentences: part.sentences.map((sentence) => (quotes.has(sentence) ? { ...sentence, quotes: quotes.get(sentence) ?? [] } : sentence)) }));
}
