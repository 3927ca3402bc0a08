import { RectoError } from '#schemas/errors.ts';
import type { AnswerTokens } from '../ai-service/ask-model.ts';
import { loadTokenCounter } from '../ai-service/count-tokens.ts';
import { GROWTH } from '../ai-service/estimate-usage.ts';
import { buildExpansionPrompt } from '../ai-service/expansion-prompt.ts';
import { costOf } from '../ai-service/usage-cost.ts';
import type { ExpandRequest, WriteRequest } from '../contract/processor.ts';
import type { AiSettings, RunOptions } from '../contract/runner.ts';

/** What one run asks of a provider, and what it may still spend. */
export type Question = { kind: 'expand'; request: ExpandRequest } | { kind: 'write'; request: WriteRequest };

export interface Spend {
  /** Asks, if there is money for it. @throws RectoError budget_exceeded, and what `ask` throws */
  within<T>(question: Question, ask: () => Promise<T>): Promise<T>;
  /** An answer was paid for. */
  onTokens(tokens: AnswerTokens): void;
}

/** What is being asked at this moment is expected to cost so much. */
export interface Expected {
  cost: number;
}

/**
 * Counts what a run spends, tells it, and stops at the budget: before what would exceed it is asked. Without a price nothing can be counted.
 * @param expected one of all that spend from the same budget at the same time
 */
export function createSpend(settings: AiSettings, onUsage: RunOptions['onUsage'], expected: Expected = { cost: 0 }): Spend {
  const { provider, model = '', price, budget } = settings;
  let spent = 0;
  return {
    async within(question, ask) {
      if (budget === undefined || !price) return ask();
      const cost = costOf(settings, await estimate(question)) ?? 0;
      if (spent + expected.cost + cost > budget) throw budgetExceeded();
      expected.cost += cost;
      try {
        return await ask();
      } finally {
        expected.cost -= cost;
      }
    },
    onTokens(tokens) {
      const cost = costOf(settings, tokens);
      spent += cost ?? 0;
      onUsage?.({ provider, model, ...tokens.by, input_tokens: tokens.inputTokens, output_tokens: tokens.outputTokens, cost });
    },
  };
}

/** Room that a text of a processor's own instruction is given, where it names none. */
const WRITTEN_TOKENS = 500;

async function estimate(question: Question): Promise<{ inputTokens: number; outputTokens: number }> {
  const countTokens = await loadTokenCounter();
  if (question.kind === 'write') {
    const { instruction, text, maxOutputTokens } = question.request;
    return { inputTokens: countTokens(instruction) + countTokens(text), outputTokens: Math.min(maxOutputTokens ?? WRITTEN_TOKENS, WRITTEN_TOKENS) };
  }
  const { system, user } = buildExpansionPrompt(question.request);
  return { inputTokens: countTokens(system) + countTokens(user), outputTokens: countTokens(question.request.original) * GROWTH };
}

export function budgetExceeded(): RectoError {
  return new RectoError('budget_exceeded', 'What is left of your budget for text providers does not pay for the next part, so it was not asked for. What is written is kept: raise the budget in the settings, then retry, and it goes on from here.');
}
