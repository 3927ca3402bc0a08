import type { AiSettings, Usage } from '../contract/runner.ts';

const MILLION = 1_000_000;

/** What so many tokens cost by the author's own prices; null where none are set. What is built in costs nothing. */
export function costOf({ provider, price }: Pick<AiSettings, 'provider' | 'price'>, { inputTokens, outputTokens }: { inputTokens: number; outputTokens: number }): Usage['cost'] {
  if (provider === 'built-in') return 0;
  return price ? (inputTokens * price.input + outputTokens * price.output) / MILLION : null;
}
