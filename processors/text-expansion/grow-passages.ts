import type { Passage } from '#schemas/generated/types.ts';
import { RectoError } from '#schemas/errors.ts';
import { assemblePassages, type PassageText } from '../contract/assemble-passages.ts';
import type { ExpandRequest, ExpandResult, ProcessorContext, WritingStyle } from '../contract/processor.ts';
import type { ExpansionConfig } from './expansion-config.ts';
import type { PlanItem } from './plan-passages.ts';

/** What a run made, as the workflow names it. */
export interface Growth {
  expanded: string;
  passages: Passage[];
  provider: string;
  model: string;
  temperature: number;
  input_tokens: number;
  output_tokens: number;
  finish_reason: string;
  style: WritingStyle;
  seed: number;
  /** All details of the thesaurus that this chapter has used, in order. */
  used_details: string[];
}

/** How much of its neighbours a provider is shown, in characters. */
export const BEFORE = 2000;
export const AFTER = 1200;

/**
 * Grows what the plan says, in order, and puts all passages together. A failure of one fails the run: nothing is
 * ever written that is shorter than the draft and says it is whole.
 * @param used details that this chapter has used before
 * @throws RectoError of the provider; provider_nonsense for an empty answer
 */
export async function growPassages(
  plan: readonly PlanItem[],
  style: WritingStyle,
  config: ExpansionConfig,
  used: readonly string[],
  context: ProcessorContext,
): Promise<Growth> {
  const total = plan.filter(({ action }) => action === 'grow').length;
  const parts: PassageText[] = [];
  const results: ExpandResult[] = [];
  const usedDetails = [...used];
  for (const [index, item] of plan.entries()) {
    if (item.action === 'carry') {
      parts.push(item.part);
      continue;
    }
    context.signal.throwIfAborted();
    const message = `Passage ${results.length + 1} of ${total}`;
    const report = (partial: string): void =>
      context.reportProgress({ done: results.length, total, message, partial: { passage: item.aligned, text: partial } });
    context.reportProgress({ done: results.length, total, message });
    const request = makeRequest(item.part.text, parts, plan.slice(index + 1), { style, config, usedDetails });
    const result = await context.ai.expand(request, { signal: context.signal, onText: report });
    const text = readAnswer(result);
    report(text);
    usedDetails.push(...(result.usedDetails ?? []));
    results.push(result);
    parts.push({ ...item.part, text, origin: 'model', provider: result.provider, model: result.model });
  }
  context.reportProgress({ done: total, total });
  return { ...assemblePassages(parts), ...summarize(results), style, seed: config.seed, used_details: usedDetails };
}

function makeRequest(
  original: string,
  before: readonly PassageText[],
  after: readonly PlanItem[],
  { style, config, usedDetails }: { style: WritingStyle; config: ExpansionConfig; usedDetails: readonly string[] },
): ExpandRequest {
  return {
    original,
    style,
    before: joinUntil(before.toReversed(), BEFORE, (texts) => texts.toReversed().join('\n\n').slice(-BEFORE)),
    after: joinUntil(after.map(({ part }) => part), AFTER, (texts) => texts.join('\n\n').slice(0, AFTER)),
    seed: config.seed,
    usedDetails: [...config.usedDetails, ...usedDetails],
    ...(config.instruction && { instruction: config.instruction }),
    ...(config.styleNotes && { styleNotes: config.styleNotes }),
    ...(config.language && { language: config.language }),
  };
}

function joinUntil(parts: readonly PassageText[], length: number, join: (texts: string[]) => string): string {
  const texts: string[] = [];
  let sum = 0;
  for (const { text } of parts) {
    if (sum >= length) break;
    texts.push(text);
    sum += text.length;
  }
  return join(texts);
}

/** @throws RectoError provider_nonsense */
function readAnswer({ text }: ExpandResult): string {
  const answer = text.trim();
  if (answer === '') throw new RectoError('provider_nonsense', 'The text provider answered with an empty passage. Nothing was changed; try again, or choose another model.');
  return answer;
}

/** Of several results: the last's provider, all tokens. A run that grew nothing used no model. */
function summarize(results: readonly ExpandResult[]): Pick<Growth, 'provider' | 'model' | 'temperature' | 'input_tokens' | 'output_tokens' | 'finish_reason'> {
  const last = results.at(-1);
  return {
    provider: last?.provider ?? 'none',
    model: last?.model ?? 'none',
    temperature: last?.temperature ?? 0,
    input_tokens: results.reduce((sum, { inputTokens }) => sum + inputTokens, 0),
    output_tokens: results.reduce((sum, { outputTokens }) => sum + outputTokens, 0),
    finish_reason: last?.finishReason ?? 'stop',
  };
}
