import type { ExpandRequest, ExpandResult } from '../contract/processor.ts';
import type { AiSettings } from '../contract/runner.ts';
import { askModel, type AskOptions } from './ask-model.ts';
import { cleanExpansion } from './clean-answer.ts';
import { loadTokenCounter } from './count-tokens.ts';
import { fitPrompt } from './fit-prompt.ts';
import { readModelSettings } from './language-model.ts';

/**
 * Asks the model of the settings to write a passage out.
 * @throws RectoError configuration, context_too_long (nothing was sent, or the provider cut the prompt), and those of `askModel`
 */
export async function expandWithModel(settings: AiSettings, request: ExpandRequest, options: AskOptions): Promise<ExpandResult> {
  const reachable = readModelSettings(settings);
  const countTokens = await loadTokenCounter();
  const { prompt, tokens, neighbours } = fitPrompt(request, reachable.contextTokens, countTokens);
  const answer = await askModel(settings, reachable, {
    ...prompt, tokens, countTokens,
    maxCharacters: 12 * request.original.length + 8_000,
    ...(request.seed !== undefined && { seed: request.seed }),
  }, options);
  return { ...answer, text: cleanExpansion(answer.text, request.original), ...(neighbours.sent < neighbours.given && { neighbours }) };
}
