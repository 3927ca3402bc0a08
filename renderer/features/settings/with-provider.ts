import type { Settings } from '#app/recto-app.ts';

type Ai = Settings['ai'];

export const ANTHROPIC = 'https://api.anthropic.com/v1';

/** The settings with another provider; one that needs an address of its own gets it. */
export function withProvider(ai: Ai, provider: Ai['provider']): Ai {
  const { baseUrl, model: _model, contextTokens: _contextTokens, price: _price, ...rest } = ai;
  if (provider === 'built-in' || provider === ai.provider) return { ...ai, provider };
  // What is typed for one model server means nothing to another's.
  const isElsewhere = provider === 'anthropic' ? baseUrl !== ANTHROPIC : baseUrl === ANTHROPIC;
  if (!isElsewhere) return { ...ai, provider };
  return { ...rest, provider, ...(provider === 'anthropic' && { baseUrl: ANTHROPIC }) };
}
