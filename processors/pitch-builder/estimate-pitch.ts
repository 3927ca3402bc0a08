import type { CountTokens } from '../ai-service/fit-prompt.ts';
import type { UsageEstimate } from '../ai-service/estimate-usage.ts';
import { costOf } from '../ai-service/usage-cost.ts';
import { countWords } from '../contract/count-words.ts';
import { PITCH_KINDS } from '../contract/pitch.ts';
import type { AiSettings } from '../contract/runner.ts';
import { countSummarySentences } from './chapter-summaries.ts';
import { budgetOf } from './part-lengths.ts';
import { partInstruction, summaryInstruction } from './pitch-prompts.ts';

export interface ChapterToRead {
  text: string;
  /** Its summary is there, of this text and by this model. */
  isRead: boolean;
}

/** A sentence that tells of a chapter is some 25 words long. */
const TOKENS_A_SENTENCE = 40;
const TOKENS_A_WORD = 1.6;
/** So much of a chapter says how many tokens its letters make. */
const SAMPLE = 2_000;

/**
 * What a whole pitch by a model will take, before it is asked for: each chapter that was not read yet, and each part from what was noted of
 * all of them. One that goes on from a pitch takes less. `passages` counts the chapters that are read.
 * @param countTokens of `loadTokenCounter`, which counts on the high side
 */
export function estimatePitch(chapters: readonly ChapterToRead[], settings: Pick<AiSettings, 'provider' | 'price'>, countTokens: CountTokens): UsageEstimate {
  const toRead = settings.provider === 'built-in' ? [] : chapters.filter(({ isRead }) => !isRead);
  const tokens = { inputTokens: 0, outputTokens: 0 };
  if (settings.provider !== 'built-in') {
    for (const { text } of toRead) {
      const sentences = countSummarySentences(text);
      const sample = text.slice(0, SAMPLE);
      tokens.inputTokens += countTokens(summaryInstruction(sentences, undefined)) + (sample === '' ? 0 : countTokens(sample) * (text.length / sample.length));
      tokens.outputTokens += sentences * TOKENS_A_SENTENCE;
    }
    const noted = chapters.reduce((sum, { text }) => sum + countSummarySentences(text) * TOKENS_A_SENTENCE, 0);
    const bookWords = chapters.reduce((sum, { text }) => sum + countWords(text), 0);
    for (const kind of PITCH_KINDS) {
      const words = budgetOf(kind, bookWords);
      tokens.inputTokens += countTokens(partInstruction(kind, words, undefined)) + noted;
      tokens.outputTokens += words * TOKENS_A_WORD;
    }
  }
  const rounded = { inputTokens: Math.ceil(tokens.inputTokens), outputTokens: Math.ceil(tokens.outputTokens) };
  return { passages: toRead.length, ...rounded, cost: costOf(settings, rounded) };
}
