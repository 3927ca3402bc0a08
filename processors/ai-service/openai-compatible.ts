import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { streamText } from 'ai';
import { RectoError } from '#schemas/errors.ts';
import type { ExpandRequest, ExpandResult } from '../contract/processor.ts';
import type { AiSettings } from '../contract/runner.ts';
import { cleanAnswer, dropThinking, refused } from './clean-answer.ts';
import { loadTokenCounter } from './count-tokens.ts';
import { fitPrompt, type FittedPrompt } from './fit-prompt.ts';
import { cutOff, toProviderError } from './provider-errors.ts';
import { watchFetch } from './watch-fetch.ts';

export interface OpenAiCompatibleOptions {
  signal: AbortSignal;
  onText?: (textSoFar: string) => void;
  fetch?: typeof fetch;
  stallMs?: number;
}

const STALL_MS = 60_000;
/** Local servers cut what does not fit their window and say nothing (ollama/ollama#3839); 4,096 is Ollama's own. */
const LOCAL_CONTEXT_TOKENS = 4_096;
const REMOTE_CONTEXT_TOKENS = 32_768;

/**
 * Asks a server that speaks OpenAI's chat completions (OpenAI, Ollama, LM Studio, llama.cpp, OpenRouter) to write a passage out.
 * Streams, and is cancelled at once. Only an answer that the server itself calls complete is used.
 * @throws RectoError configuration, context_too_long (nothing was sent, or the server cut the prompt), provider_unreachable, provider_auth,
 *   provider_rate_limited (with retryAfterMs where the server says), provider_failed, provider_truncated, provider_refused,
 *   provider_nonsense, processor_timeout (a stall), cancelled
 */
export async function expandOpenAiCompatible(settings: AiSettings, request: ExpandRequest, options: OpenAiCompatibleOptions): Promise<ExpandResult> {
  const { baseUrl, model } = readSettings(settings);
  const fitted = fitPrompt(request, settings.contextTokens ?? defaultContextTokens(baseUrl), await loadTokenCounter());
  options.signal.throwIfAborted();
  const watch = watchFetch(options.fetch ?? fetch, options.stallMs ?? STALL_MS);
  const signal = AbortSignal.any([options.signal, watch.signal]);
  const progress = { text: '' };
  try {
    const answer = await readAnswer(startStream(settings, { baseUrl, model, fitted, request, signal, fetch: stayThere(watch.fetch) }), request, progress, options.onText);
    checkFinish(answer);
    checkPromptWasRead(answer.inputTokens, fitted);
    return toResult(answer, { settings, request, model, fitted });
  } catch (thrown) {
    if (signal.aborted) throw RectoError.from(signal.reason, 'cancelled');
    throw toProviderError(thrown, { baseUrl, model, hadText: progress.text !== '', now: Date.now() });
  } finally {
    watch.stop();
  }
}

function readSettings({ baseUrl, model }: AiSettings): { baseUrl: string; model: string } {
  if (!baseUrl || !URL.canParse(baseUrl) || !/^https?:/.test(baseUrl)) {
    throw new RectoError('configuration', 'The text provider has no usable address. Give one in the settings, such as http://127.0.0.1:11434/v1.');
  }
  if (!model) throw new RectoError('configuration', 'No model is chosen. Choose one in the settings.');
  return { baseUrl: baseUrl.replace(/\/+$/, ''), model };
}

function defaultContextTokens(baseUrl: string): number {
  const { hostname } = new URL(baseUrl);
  return /^(localhost|127\.|10\.|192\.168\.|\[)|\.local$/.test(hostname) ? LOCAL_CONTEXT_TOKENS : REMOTE_CONTEXT_TOKENS;
}

/** A redirect is not followed: the author's text and key are for this server, and no other was ever named. */
function stayThere(fetchFrom: typeof fetch): typeof fetch {
  return (input, init) => fetchFrom(input, { ...init, redirect: 'error' });
}

interface StreamRequest {
  baseUrl: string;
  model: string;
  fitted: FittedPrompt;
  request: ExpandRequest;
  signal: AbortSignal;
  fetch: typeof fetch;
}

function startStream(settings: AiSettings, { baseUrl, model, fitted, request, signal, fetch }: StreamRequest) {
  const provider = createOpenAICompatible({
    name: 'openai-compatible',
    baseURL: baseUrl,
    includeUsage: true,
    fetch,
    ...(settings.apiKey && { apiKey: settings.apiKey }),
  });
  return streamText({
    model: provider.chatModel(model),
    instructions: fitted.prompt.system,
    prompt: fitted.prompt.user,
    // The orchestrator retries, with a backoff that an author can see and cancel.
    maxRetries: 0,
    abortSignal: signal,
    ...(settings.temperature !== undefined && { temperature: settings.temperature }),
    ...(request.seed !== undefined && { seed: request.seed }),
    // Errors come as parts of the stream; the default would also print them, and with them the author's text.
    onError: () => {},
  });
}

interface Answer {
  text: string;
  finishReason: string;
  inputTokens: number;
  outputTokens: number;
}

/** A model that doesn't stop by itself is stopped when it has written many times what was asked for, its thinking aside. */
const MAX_THINKING = 400_000;
const isRunaway = (answer: string, prose: string, original: string): boolean => prose.length > 12 * original.length + 8_000 || answer.length > MAX_THINKING;

async function readAnswer(
  { fullStream }: ReturnType<typeof startStream>,
  { original }: ExpandRequest,
  progress: { text: string },
  onText: ((textSoFar: string) => void) | undefined,
): Promise<Answer> {
  for await (const part of fullStream) {
    switch (part.type) {
      case 'text-delta': {
        progress.text += part.text;
        const prose = dropThinking(progress.text);
        if (isRunaway(progress.text, prose, original)) {
          throw new RectoError('provider_nonsense', 'The model does not come to an end, so it was stopped. The draft is as it was; try again or choose another model.');
        }
        if (prose !== '') onText?.(prose);
        break;
      }
      case 'error':
        throw part.error;
      case 'abort':
        throw new RectoError('cancelled', 'Cancelled.');
      case 'finish':
        return {
          text: progress.text,
          finishReason: part.finishReason,
          inputTokens: part.totalUsage.inputTokens ?? 0,
          outputTokens: part.totalUsage.outputTokens ?? 0,
        };
      default:
    }
  }
  throw cutOff();
}

function checkFinish({ finishReason }: Answer): void {
  if (finishReason === 'content-filter') throw refused();
  if (finishReason !== 'stop') throw cutOff(new Error(`finish reason ${finishReason}`));
}

/** Below this share of the tokens we count, at the lowest, a prompt was cut; no tokenizer is that much thriftier. */
const READ_SHARE = 0.5;
const LEAST_TOKENS = 512;

/** The server says how much of the prompt it read. Less than was sent means that the draft was cut without a word. */
function checkPromptWasRead(inputTokens: number, { tokens }: FittedPrompt): void {
  if (inputTokens >= LEAST_TOKENS && inputTokens < tokens * READ_SHARE) {
    throw new RectoError(
      'context_too_long',
      `The model read only ${inputTokens} of about ${tokens} tokens, so its text was not used. Give the model's context size in the settings, or raise it at the server. The draft is as it was.`,
    );
  }
}

function toResult(answer: Answer, { settings, request, model, fitted }: { settings: AiSettings; request: ExpandRequest; model: string; fitted: FittedPrompt }): ExpandResult {
  return {
    text: cleanAnswer(answer.text, request.original),
    provider: 'openai-compatible',
    model,
    // 1 is what the API means when none is sent.
    temperature: settings.temperature ?? 1,
    inputTokens: answer.inputTokens,
    outputTokens: answer.outputTokens,
    finishReason: answer.finishReason,
    ...(fitted.neighbours.sent < fitted.neighbours.given && { neighbours: fitted.neighbours }),
  };
}
