/** Summaries of chapters by a model: blobs of their own, made again only when their chapter's text is another. */
import { isBlobOf } from '#schemas/blob.ts';
import { RectoError } from '#schemas/errors.ts';
import type { ChapterSummaryV1 } from '#schemas/generated/types.ts';
import { splitParagraphs } from '../contract/passages.ts';
import type { ProcessorContext, SideOutput } from '../contract/processor.ts';
import { derivedBlobId } from '../orchestrator/ids.ts';
import type { ChapterText } from './book-texts.ts';
import type { AskModel } from './model-writer.ts';
import { parseSummaryLines } from './parse-lines.ts';
import { SUMMARY_PROMPT, summaryInstruction } from './pitch-prompts.ts';

export interface ChapterSummary {
  chapter: ChapterText;
  blobId: string;
  sentences: readonly string[];
}

/** A sentence for so many words of the chapter. */
const WORDS_A_SENTENCE = 500;
const FEWEST_SENTENCES = 3;
const MOST_SENTENCES = 10;
/** A text is halved so often at most before it counts as too long. */
const MOST_HALVINGS = 8;
const TOKENS_A_SENTENCE = 90;

/** How many sentences tell of a text, at most. */
export function countSummarySentences(text: string): number {
  return Math.min(MOST_SENTENCES, Math.max(FEWEST_SENTENCES, Math.round(text.length / 6 / WORDS_A_SENTENCE)));
}

/** What of a job's config a summary depends on: the same makes the same id. */
export function summaryConfig(config: Readonly<Record<string, unknown>>, language: string | undefined): Record<string, unknown> {
  const ai = typeof config['ai'] === 'object' && config['ai'] !== null ? (config['ai'] as Record<string, unknown>) : {};
  return { summary: SUMMARY_PROMPT, ai: { provider: ai['provider'] ?? null, model: ai['model'] ?? null }, ...(language && { language }) };
}

/**
 * Reads the chapter's summary where it was made before; else makes it and hands it on in `also`.
 * @throws RectoError provider_nonsense, context_too_long and others of the provider
 */
export async function summarizeChapter(chapter: ChapterText, language: string | undefined, context: ProcessorContext, ask: AskModel, also: SideOutput[]): Promise<ChapterSummary> {
  const config = summaryConfig(context.config, language);
  const blobId = derivedBlobId('pitch-builder', chapter.blobId, chapter.blobVersion, config);
  const known = await context.readBlob(blobId);
  if (known && !known.deleted && isBlobOf(known, 'chapter-summary-v1') && known.data.metadata.source_hash === chapter.hash) {
    return { chapter, blobId, sentences: known.data.sentences };
  }
  const made = await summarizeText(`# ${chapter.title || `Chapter ${chapter.number}`}\n\n${await chapter.read()}`, chapter, language, ask, MOST_HALVINGS);
  const data: ChapterSummaryV1 = {
    chapter_id: chapter.id,
    sentences: made.sentences as [string, ...string[]],
    metadata: { provider: made.provider, model: made.model, source_hash: chapter.hash, input_tokens: made.inputTokens, output_tokens: made.outputTokens },
  };
  also.push({ parent_id: chapter.blobId, parent_version: chapter.blobVersion, config, schema_id: 'chapter-summary-v1', data: { ...data } });
  return { chapter, blobId, sentences: made.sentences };
}

interface MadeSummary {
  sentences: string[];
  provider: string;
  model: string;
  inputTokens: number;
  outputTokens: number;
}

/** A text that doesn't fit the model is told in halves. */
async function summarizeText(text: string, chapter: ChapterText, language: string | undefined, ask: AskModel, halvings: number): Promise<MadeSummary> {
  const most = countSummarySentences(text);
  try {
    const { lines, answer } = await ask(
      { instruction: summaryInstruction(most, language), text, maxOutputTokens: (most + 2) * TOKENS_A_SENTENCE },
      (said) => parseSummaryLines(said),
    );
    return { sentences: lines, provider: answer.provider, model: answer.model, inputTokens: answer.inputTokens, outputTokens: answer.outputTokens };
  } catch (thrown) {
    const halves = halve(text);
    if (!(thrown instanceof RectoError) || thrown.code !== 'context_too_long' || halvings === 0 || !halves) throw thrown;
    const [first, second] = [await summarizeText(halves[0], chapter, language, ask, halvings - 1), await summarizeText(halves[1], chapter, language, ask, halvings - 1)];
    return {
      ...second,
      sentences: [...first.sentences, ...second.sentences],
      inputTokens: first.inputTokens + second.inputTokens,
      outputTokens: first.outputTokens + second.outputTokens,
    };
  }
}

/** At the paragraph nearest to the middle; null for one paragraph. */
function halve(text: string): [string, string] | null {
  const paragraphs = splitParagraphs(text);
  const middle = paragraphs.slice(1).reduce<number | null>((best, { start }) => (best === null || Math.abs(start - text.length / 2) < Math.abs(best - text.length / 2) ? start : best), null);
  return middle === null ? null : [text.slice(0, middle), text.slice(middle)];
}
