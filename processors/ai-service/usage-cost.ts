import type { AiSettings, Usage } from '../contract/runner.ts';

const MILLION = 1_000_000;

/** What so many tokens cost by the author's own prices; null where none are set. What is built in costs nothing. */
export function costOf({ provider, service, price }: Pick<AiSettings, 'provider' | 'service' | 'price'>, { inputTokens, outputTokens }: { inputTokens: number; outputTokens: number }): Usage['cost'] {
  if (provider === 'built-in' && !service) return 0;
  return price ? (inputTokens * price.input + outputTokens * price.output) / MILLION : null;
}
