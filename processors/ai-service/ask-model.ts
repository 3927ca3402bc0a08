import { streamText } from 'ai';
import { RectoError } from '#schemas/errors.ts';
import type { AiCallOptions, ModelAnswer } from '../contract/processor.ts';
import type { AiSettings } from '../contract/runner.ts';
import { dropThinking, refused } from './clean-answer.ts';
import type { CountTokens } from './fit-prompt.ts';
import { createLanguageModel, type ReachableModel } from './language-model.ts';
import { cutOff, toProviderError } from './provider-errors.ts';
import { watchFetch } from './watch-fetch.ts';

/** What a model is asked. */
export interface ModelQuestion {
  system: string;
  user: string;
  /** Of the prompt, counted conservatively. */
  tokens: number;
  countTokens: CountTokens;
  maxOutputTokens?: number;
  seed?: number;
  /** A model that doesn't stop by itself is stopped when its answer, its thinking aside, has more characters. */
  maxCharacters: number;
}

export interface AskOptions extends AiCallOptions {
  fetch?: typeof fetch;
  /** A provider that sends nothing for so long has stalled. */
  stallMs?: number;
  /** Called once what was asked has an end, also one that is of no use: it is paid for. */
  onTokens?(tokens: AnswerTokens): void;
}

/** What one answer took, and whose it was where the settings don't say. */
export interface AnswerTokens {
  inputTokens: number;
  outputTokens: number;
  by?: { provider: string; model: string };
}

const STALL_MS = 60_000;

/**
 * Asks a provider's model, and reads its answer as it is written. Is cancelled at once. Only an answer that the provider itself
 * calls complete is given back; its text is as the model wrote it.
 * @throws RectoError context_too_long (the provider cut the prompt), provider_unreachable, provider_auth, provider_rate_limited (with
 *   retryAfterMs where the provider says), provider_failed, provider_truncated, provider_refused, provider_nonsense, processor_timeout (a
 *   stall), cancelled
 */
export async function askModel(settings: AiSettings, reachable: ReachableModel, question: ModelQuestion, options: AskOptions): Promise<ModelAnswer> {
  const { baseUrl, model, provider } = reachable;
  options.signal.throwIfAborted();
  const watch = watchFetch(options.fetch ?? fetch, options.stallMs ?? STALL_MS);
  const signal = AbortSignal.any([options.signal, watch.signal]);
  const heard: Heard = { text: '', finish: null };
  try {
    const languageModel = await createLanguageModel(reachable, { apiKey: settings.apiKey, fetchFrom: stayThere(watch.fetch) });
    const finish = await readAnswer(startStream(languageModel, settings, question, signal), question, heard, options.onText);
    checkFinish(finish);
    checkPromptWasRead(finish.inputTokens, question.tokens);
    // 1 is what the APIs mean when none is sent.
    return { text: heard.text, provider, model, temperature: settings.temperature ?? 1, ...finish };
  } catch (thrown) {
    if (signal.aborted) throw RectoError.from(signal.reason, 'cancelled');
    throw toProviderError(thrown, { baseUrl, model, hadText: heard.text !== '', now: Date.now() });
  } finally {
    watch.stop();
    tellTokens(heard, question, options);
  }
}

/** What has come of an answer. */
interface Heard {
  text: string;
  finish: Finish | null;
}

type Finish = Pick<ModelAnswer, 'finishReason' | 'inputTokens' | 'outputTokens'>;

/** A redirect is not followed: the author's text and key are for this server, and no other was ever named. */
function stayThere(fetchFrom: typeof fetch): typeof fetch {
  return (input, init) => fetchFrom(input, { ...init, redirect: 'error' });
}

function startStream(model: Awaited<ReturnType<typeof createLanguageModel>>, { temperature }: AiSettings, { system, user, maxOutputTokens, seed }: ModelQuestion, signal: AbortSignal) {
  return streamText({
    model,
    instructions: system,
    prompt: user,
    // The orchestrator retries, with a backoff that an author can see and cancel.
    maxRetries: 0,
    abortSignal: signal,
    ...(temperature !== undefined && { temperature }),
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    // Anthropic takes none, and says so at each request.
    ...(seed !== undefined && !model.provider.startsWith('anthropic') && { seed }),
    // Errors come as parts of the stream; the default would also print them, and with them the author's text.
    onError: () => {},
  });
}

const MAX_THINKING = 400_000;

async function readAnswer({ fullStream }: ReturnType<typeof startStream>, { maxCharacters }: ModelQuestion, heard: Heard, onText: AiCallOptions['onText']): Promise<Finish> {
  for await (const part of fullStream) {
    switch (part.type) {
      case 'text-delta': {
        heard.text += part.text;
        const prose = dropThinking(heard.text);
        if (prose.length > maxCharacters || heard.text.length > MAX_THINKING) {
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
        heard.finish = { finishReason: part.finishReason, inputTokens: part.totalUsage.inputTokens ?? 0, outputTokens: part.totalUsage.outputTokens ?? 0 };
        return heard.finish;
      default:
    }
  }
  throw cutOff();
}

function checkFinish({ finishReason }: Finish): void {
  if (finishReason === 'content-filter') throw refused();
  if (finishReason !== 'stop') throw cutOff(new Error(`finish reason ${finishReason}`));
}

/** Below this share of the tokens we count, at the lowest, a prompt was cut; no tokenizer is that much thriftier. */
const READ_SHARE = 0.5;
const LEAST_TOKENS = 512;

/** The server says how much of the prompt it read. Less than was sent means that the draft was cut without a word. */
function checkPromptWasRead(inputTokens: number, tokens: number): void {
  if (inputTokens >= LEAST_TOKENS && inputTokens < tokens * READ_SHARE) {
    throw new RectoError(
      'context_too_long',
      `The model read only ${inputTokens} of about ${tokens} tokens, so its text was not used. Give the model's context size in the settings, or raise it at the server. The draft is as it was.`,
    );
  }
}

/** What the provider counted; what we count ourselves of an answer that broke off, which providers bill too. */
function tellTokens({ text, finish }: Heard, { tokens, countTokens }: ModelQuestion, { onTokens }: AskOptions): void {
  const isCounted = finish !== null && finish.inputTokens + finish.outputTokens > 0;
  if (isCounted) onTokens?.({ inputTokens: finish.inputTokens, outputTokens: finish.outputTokens });
  else if (text !== '') onTokens?.({ inputTokens: tokens, outputTokens: countTokens(text) });
}
