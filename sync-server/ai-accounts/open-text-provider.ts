import { mergeAiSettings } from '#processors/ai-service/merge-ai-settings.ts';
import type { AiService } from '#processors/contract/processor.ts';
import type { AiSettings, RunOptions } from '#processors/contract/runner.ts';
import { createRunAiService } from '#processors/hosts/run-ai-service.ts';
import type { Expected } from '#processors/hosts/spend.ts';
import { createPublicFetch } from './public-fetch.ts';

/** ai-service with a text provider of this server, for whoever asks over the API. */
export type OpenTextProvider = (settings: AiSettings, options?: Pick<RunOptions, 'answers' | 'onUsage'> & { config?: Record<string, unknown>; userId?: string }) => AiService;

/**
 * Where users' own providers may only be public ones, each connection is looked at. Each request is told what is left of its user's budget:
 * those that come at the same time know of one another, or together they would spend it many times over.
 */
export function createTextProviders(): OpenTextProvider {
  const fetchPublic = createPublicFetch();
  const asking = new Map<string, Expected>();
  return (settings, { config = {}, userId, ...options } = {}) => {
    const expected = userId === undefined ? { cost: 0 } : (asking.get(userId) ?? { cost: 0 });
    if (userId !== undefined && settings.budget !== undefined) asking.set(userId, expected);
    return createRunAiService(mergeAiSettings(settings, config), { ...options, expected, fetchFor: ({ onlyPublic }) => (onlyPublic ? fetchPublic : undefined) });
  };
}
