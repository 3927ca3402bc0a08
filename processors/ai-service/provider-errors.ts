import { APICallError, InvalidResponseDataError, JSONParseError, NoOutputGeneratedError, TypeValidationError } from 'ai';
import { RectoError } from '#schemas/errors.ts';

/** What is known of a request that failed. */
export interface FailedRequest {
  baseUrl: string;
  model: string;
  /** Whether any text had come. */
  hadText: boolean;
  now: number;
}

const SAFE = 'The draft is as it was.';

/** Whatever a request to a provider threw or streamed as an error, by its code. */
export function toProviderError(thrown: unknown, request: FailedRequest): RectoError {
  const own = findOwn(thrown);
  if (own) return own;
  if (APICallError.isInstance(thrown) && thrown.statusCode !== undefined && thrown.statusCode >= 400) {
    return fromStatus({ statusCode: thrown.statusCode, responseBody: thrown.responseBody, responseHeaders: thrown.responseHeaders, cause: thrown }, request);
  }
  if (isStreamError(thrown)) return fromStatus({ statusCode: thrown.statusCode, responseBody: thrown.message, cause: thrown }, request);
  if (JSONParseError.isInstance(thrown) || TypeValidationError.isInstance(thrown)) return nonsense(request, thrown);
  // The stream ended and no finish reason had come.
  if (InvalidResponseDataError.isInstance(thrown) || NoOutputGeneratedError.isInstance(thrown)) return request.hadText ? cutOff(thrown) : nonsense(request, thrown);
  if (isNetworkError(thrown)) {
    if (request.hadText) return cutOff(thrown);
    return new RectoError('provider_unreachable', `No text provider answers at ${request.baseUrl}. Start it, or check the address in the settings. ${SAFE}`, { cause: thrown });
  }
  // It answered 200, and then nothing that belongs to the protocol.
  if (APICallError.isInstance(thrown)) return nonsense(request, thrown);
  return new RectoError('provider_failed', `The text provider failed. ${SAFE}`, { cause: thrown });
}

/** An error of ours that came through the SDK and fetch, which wrap it: a connection that was not allowed. */
function findOwn(thrown: unknown, depth = 0): RectoError | null {
  if (thrown instanceof RectoError) return thrown;
  return thrown instanceof Error && depth < 6 ? findOwn(thrown.cause, depth + 1) : null;
}

export function cutOff(cause?: unknown): RectoError {
  return new RectoError('provider_truncated', `The text provider stopped before the end, so its text was not used. ${SAFE}`, { cause });
}

function nonsense({ baseUrl }: FailedRequest, cause: unknown): RectoError {
  return new RectoError('provider_nonsense', `What answers at ${baseUrl} is not a text provider, or it is out of order. Check the address in the settings. ${SAFE}`, { cause });
}

/** fetch throws a TypeError for what happens to the connection; the SDK wraps it, with the status if one had come. */
function isNetworkError(thrown: unknown, depth = 0): boolean {
  if (!(thrown instanceof Error) || depth > 5) return false;
  return thrown instanceof TypeError || (APICallError.isInstance(thrown) && thrown.statusCode === undefined) || isNetworkError(thrown.cause, depth + 1);
}

/** The SDK's plain object for an error event in a stream that had begun; its status is what the provider would have answered at once. */
function isStreamError(thrown: unknown): thrown is { statusCode: number; message: string } {
  return typeof thrown === 'object' && thrown !== null && !(thrown instanceof Error) && 'statusCode' in thrown && typeof thrown.statusCode === 'number' && 'message' in thrown && typeof thrown.message === 'string';
}

interface Refusal {
  statusCode: number;
  responseBody: string | undefined;
  responseHeaders?: Record<string, string> | undefined;
  cause: unknown;
}

function fromStatus({ statusCode: status, responseBody: body = '', responseHeaders = {}, cause }: Refusal, request: FailedRequest): RectoError {
  const retryAfterMs = readRetryAfter(responseHeaders, request.now);
  const options = { cause, ...(retryAfterMs !== undefined && { retryAfterMs }) };
  if (status === 401 || status === 403) return new RectoError('provider_auth', `The text provider refused the key. Check it in the settings. ${SAFE}`, options);
  if (status === 402 || (status < 500 && /insufficient_quota|billing|credit balance/i.test(body))) return new RectoError('provider_auth', `The text provider asks for payment before it writes more. ${SAFE}`, options);
  if (status === 404) return new RectoError('configuration', `${request.baseUrl} knows no model “${request.model}”, or is not the provider's address (most end in /v1). Check both in the settings. ${SAFE}`, options);
  // 529: Anthropic's own, for when it is overloaded.
  if (status === 429 || status === 529) return new RectoError('provider_rate_limited', `The text provider is busy. It is tried again in a while. ${SAFE}`, options);
  if (status === 413 || (status === 400 && /context.{0,40}(?:length|window|size|limit)|too many tokens|maximum context|prompt is too long/i.test(body))) {
    return new RectoError('context_too_long', `The passage does not fit the model. Divide it, or choose a model with more room. ${SAFE}`, options);
  }
  if (status < 500 && /content.?(?:policy|filter)|safety/i.test(body)) {
    return new RectoError('provider_refused', `The text provider declined to write this passage. ${SAFE}`, options);
  }
  if (status < 500 && status !== 408) {
    return new RectoError('configuration', `The text provider does not accept the request (${status}). Check model and temperature in the settings. ${SAFE}`, options);
  }
  return new RectoError('provider_failed', `The text provider failed (${status}). It is tried again in a while. ${SAFE}`, options);
}

/** Retry-After (RFC 9110 §10.2.3) in seconds or as a date, or OpenAI's retry-after-ms; undefined: none, or it can't be read. */
export function readRetryAfter(headers: Readonly<Record<string, string>>, now: number): number | undefined {
  const exact = Number(headers['retry-after-ms'] ?? Number.NaN);
  if (Number.isFinite(exact) && exact >= 0) return exact;
  const value = headers['retry-after']?.trim();
  if (!value) return undefined;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return seconds >= 0 ? Math.ceil(seconds * 1000) : undefined;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
