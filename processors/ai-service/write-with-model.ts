import { RectoError } from '#schemas/errors.ts';
import type { ModelAnswer, WriteRequest } from '../contract/processor.ts';
import type { AiSettings } from '../contract/runner.ts';
import { askModel, type AskOptions } from './ask-model.ts';
import { cleanAnswer } from './clean-answer.ts';
import { loadTokenCounter } from './count-tokens.ts';
import { readModelSettings } from './language-model.ts';

/** Room for the answer beside the prompt, where the request names none. */
const ANSWER_TOKENS = 1_024;
/** No tokenizer's tokens are longer on average. */
const CHARACTERS_PER_TOKEN = 12;

/**
 * Asks the model of the settings for a text on a processor's own instruction.
 * @throws RectoError configuration, context_too_long (nothing was sent, or the provider cut the prompt), and those of `askModel`
 */
export async function writeWithModel(settings: AiSettings, request: WriteRequest, options: AskOptions): Promise<ModelAnswer> {
  const { instruction, text, maxOutputTokens, seed } = request;
  const reachable = readModelSettings(settings);
  const countTokens = await loadTokenCounter();
  const tokens = countTokens(instruction) + countTokens(text);
  const needed = tokens + (maxOutputTokens ?? ANSWER_TOKENS);
  if (needed > reachable.contextTokens) {
    throw new RectoError('context_too_long', `This text needs about ${needed} tokens, and the model takes ${reachable.contextTokens}. Divide it, or choose a model with more room. Nothing was sent.`);
  }
  const answer = await askModel(settings, reachable, {
    system: instruction, user: text, tokens, countTokens,
    maxCharacters: maxOutputTokens === undefined ? 12 * text.length + 8_000 : maxOutputTokens * CHARACTERS_PER_TOKEN,
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    ...(seed !== undefined && { seed }),
  }, options);
  return { ...answer, text: cleanAnswer(answer.text, text) };
}
