import type { LanguageModel } from 'ai';
import { RectoError } from '#schemas/errors.ts';
import type { AiSettings } from '../contract/runner.ts';
import { ANTHROPIC_BASE_URL } from './anthropic-base-url.ts';

/** Local servers cut what does not fit their window and say nothing (ollama/ollama#3839); 4,096 is Ollama's own. */
const LOCAL_CONTEXT_TOKENS = 4_096;
const REMOTE_CONTEXT_TOKENS = 32_768;
/** The smallest window of Anthropic's models since Claude 3. */
const ANTHROPIC_CONTEXT_TOKENS = 200_000;

/** A model that can be asked: where it is, its name, and how much it takes. */
export interface ReachableModel {
  provider: 'openai-compatible' | 'anthropic';
  /** Without a slash at its end. */
  baseUrl: string;
  model: string;
  /** Tokens that fit it, prompt and answer together. */
  contextTokens: number;
}

/** @throws RectoError configuration, provider_auth (a key is needed, and there is none) */
export function readModelSettings({ provider, baseUrl = provider === 'anthropic' ? ANTHROPIC_BASE_URL : '', model, apiKey, contextTokens }: AiSettings): ReachableModel {
  if (provider !== 'openai-compatible' && provider !== 'anthropic') {
    throw new RectoError('configuration', `There is no text provider “${provider}”. Choose one in the settings.`);
  }
  if (!URL.canParse(baseUrl) || !/^https?:/.test(baseUrl)) {
    throw new RectoError('configuration', 'The text provider has no usable address. Give one in the settings, such as http://127.0.0.1:11434/v1.');
  }
  if (!model) throw new RectoError('configuration', 'No model is chosen. Choose one in the settings.');
  if (provider === 'anthropic' && !apiKey) throw new RectoError('provider_auth', 'The text provider takes no request without a key. Give one in the settings. Nothing was sent.');
  return { provider, model, baseUrl: baseUrl.replace(/\/+$/, ''), contextTokens: contextTokens ?? defaultContextTokens(provider, baseUrl) };
}

function defaultContextTokens(provider: ReachableModel['provider'], baseUrl: string): number {
  const { hostname } = new URL(baseUrl);
  if (/^(localhost|127\.|10\.|192\.168\.|\[)|\.local$/.test(hostname)) return LOCAL_CONTEXT_TOKENS;
  return provider === 'anthropic' ? ANTHROPIC_CONTEXT_TOKENS : REMOTE_CONTEXT_TOKENS;
}

interface ModelAccess {
  apiKey: string | undefined;
  fetchFrom: typeof fetch;
}

/** The model as the SDK speaks to it. Each provider's part is loaded when it is first asked. */
export async function createLanguageModel({ provider, baseUrl, model }: ReachableModel, { apiKey, fetchFrom }: ModelAccess): Promise<Exclude<LanguageModel, string>> {
  if (provider === 'anthropic') {
    const { createAnthropic } = await import('@ai-sdk/anthropic');
    // The key is the author's own, in their own browser: without this header no page gets an answer (CORS).
    const headers = { 'anthropic-dangerous-direct-browser-access': 'true' };
    return createAnthropic({ baseURL: baseUrl, headers, fetch: fetchFrom, ...(apiKey && { apiKey }) }).languageModel(model);
  }
  const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
  return createOpenAICompatible({ name: 'openai-compatible', baseURL: baseUrl, includeUsage: true, fetch: fetchFrom, ...(apiKey && { apiKey }) }).chatModel(model);
}
