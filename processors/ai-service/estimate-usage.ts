import type { ExpandedTextV1 } from '#schemas/generated/types.ts';
import type { AiSettings } from '../contract/runner.ts';
import { AFTER, BEFORE } from '../text-expansion/grow-passages.ts';
import { planPassages } from '../text-expansion/plan-passages.ts';
import { buildExpansionPrompt } from './expansion-prompt.ts';
import type { CountTokens } from './fit-prompt.ts';
import { costOf } from './usage-cost.ts';

/** A chapter that is to be expanded, and the wishes of its run. */
export interface ChapterToExpand {
  draft: string;
  /** The expansion that the run carries on; null: there is none yet. */
  base: ExpandedTextV1 | null;
  styleNotes?: string;
  instruction?: string;
  onlyPassages?: readonly number[];
  again?: boolean;
}

export interface UsageEstimate {
  /** Passages that a provider is asked for. */
  passages: number;
  inputTokens: number;
  outputTokens: number;
  /** In the currency of the settings' prices; null where none are set. */
  cost: number | null;
}

/** What the prompt asks for is two to three times the passage. */
export const GROWTH = 2.5;

/**
 * What the expansion of a chapter will take, before it is asked for: each passage's prompt with its neighbours, and an answer of the
 * length that the prompt asks for. What a model then does is its own affair; retries of passages that failed come on top.
 * @param countTokens of `loadTokenCounter`, which counts on the high side
 */
export function estimateExpansion(chapter: ChapterToExpand, settings: Pick<AiSettings, 'provider' | 'price'>, countTokens: CountTokens): UsageEstimate {
  const { draft, base, onlyPassages, again = false } = chapter;
  const plan = planPassages(draft, base, { onlyPassages, again });
  const grown = plan.filter(({ action }) => action === 'grow').length;
  if (settings.provider === 'built-in' || grown === 0) return { passages: grown, inputTokens: 0, outputTokens: 0, cost: costOf(settings, { inputTokens: 0, outputTokens: 0 }) };
  const { system, user } = buildExpansionPrompt({
    original: '', style: 'creative', before: '…', after: '…',
    ...(chapter.styleNotes && { styleNotes: chapter.styleNotes }),
    ...(chapter.instruction && { instruction: chapter.instruction }),
  });
  const promptTokens = countTokens(system) + countTokens(user);
  const tokensPerCharacter = draft === '' ? 0 : countTokens(draft) / draft.length;
  let inputTokens = 0;
  let outputTokens = 0;
  let charactersBefore = 0;
  let charactersAfter = plan.reduce((sum, { part }) => sum + part.text.length, 0);
  for (const { action, part } of plan) {
    charactersAfter -= part.text.length;
    if (action === 'grow') {
      const neighbours = Math.min(BEFORE, charactersBefore) + Math.min(AFTER, charactersAfter);
      const own = part.text.length * tokensPerCharacter;
      inputTokens += promptTokens + own + neighbours * tokensPerCharacter;
      outputTokens += own * GROWTH;
    }
    charactersBefore += action === 'grow' ? part.text.length * GROWTH : part.text.length;
  }
  const tokens = { inputTokens: Math.ceil(inputTokens), outputTokens: Math.ceil(outputTokens) };
  return { passages: grown, ...tokens, cost: costOf(settings, tokens) };
}

/** Several chapters together. A cost that is not known of one is not known of all. */
export function addEstimates(estimates: readonly UsageEstimate[]): UsageEstimate {
  return estimates.reduce(
    (sum, next) => ({
      passages: sum.passages + next.passages,
      inputTokens: sum.inputTokens + next.inputTokens,
      outputTokens: sum.outputTokens + next.outputTokens,
      cost: sum.cost === null || next.cost === null ? null : sum.cost + next.cost,
    }),
    { passages: 0, inputTokens: 0, outputTokens: 0, cost: 0 },
  );
}
