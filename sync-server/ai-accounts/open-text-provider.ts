import { mergeAiSettings } from '#processors/ai-service/merge-ai-settings.ts';
import type { AiService } from '#processors/contract/processor.ts';
import type { AiSettings, RunOptions } from '#processors/contract/runner.ts';
import { createRunAiService } from '#processors/hosts/run-ai-service.ts';
import { createPublicFetch } from './public-fetch.ts';

/** ai-service with a text provider of this server, for whoever asks over the API. */
export type OpenTextProvider = (settings: AiSettings, options?: Pick<RunOptions, 'answers' | 'onUsage'> & { config?: Record<string, unknown> }) => AiService;

/** Where users' own providers may only be public ones, each connection is looked at. */
export function createTextProviders(): OpenTextProvider {
  const fetchPublic = createPublicFetch();
  return (settings, { config = {}, ...options } = {}) =>
    createRunAiService(mergeAiSettings(settings, config), { ...options, fetchFor: ({ onlyPublic }) => (onlyPublic ? fetchPublic : undefined) });
}
