import { RectoError } from '#schemas/errors.ts';
import type { AiSettings } from '../contract/runner.ts';

/** A server that is there answers its list within this, also one that wakes up first. */
const PATIENCE_MS = 15_000;
/** Lists of the largest brokers are a few hundred kilobytes. */
const MAX_BYTES = 8_000_000;
const MAX_MODELS = 5_000;

/** Who speaks OpenAI's API, and who Anthropic's. */
export type ModelProvider = Exclude<AiSettings['provider'], 'built-in'>;

export interface ModelListRequest {
  fetch: typeof fetch;
  /** With /v1 where the server wants it. */
  baseUrl: string;
  /** Whose API it speaks; OpenAI's by default. */
  provider?: ModelProvider;
  key: string | null;
  signal: AbortSignal;
  patienceMs?: number;
}

/**
 * Asks a server that speaks OpenAI's or Anthropic's API for its models (`GET /models`): whether it is there, takes the key, and has a model.
 * A redirect is not followed: the key is for this server alone.
 * @returns their names as the server gives them; none where it answers something that is no such list
 * @throws RectoError configuration (no address), provider_unreachable, provider_auth, provider_failed, cancelled
 */
export async function listModels({ fetch, baseUrl, provider = 'openai-compatible', key, signal, patienceMs = PATIENCE_MS }: ModelListRequest): Promise<string[]> {
  if (!URL.canParse(baseUrl) || !/^https?:/i.test(baseUrl)) {
    throw new RectoError('configuration', 'That is no address of a model server. Give one such as http://127.0.0.1:11434/v1.');
  }
  const patience = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
  try {
    const response = await fetch(`${baseUrl.replace(/\/+$/, '')}/models${provider === 'anthropic' ? '?limit=1000' : ''}`, {
      headers: headersOf(provider, key),
      redirect: 'error',
      signal: patience,
    });
    if (response.ok) return readModelIds(await readText(response));
    await response.body?.cancel();
    throw refusal(response.status);
  } catch (thrown) {
    if (thrown instanceof RectoError) throw thrown;
    if (signal.aborted) throw RectoError.from(signal.reason, 'cancelled', 'Cancelled.');
    throw new RectoError('provider_unreachable', 'Nothing answers there. Check the base URL, and that the server runs and lets Recto in.', { cause: thrown });
  }
}

function headersOf(provider: ModelProvider, key: string | null): Record<string, string> {
  if (provider === 'openai-compatible') return key ? { authorization: `Bearer ${key}` } : {};
  return { 'anthropic-version': '2023-06-01', 'anthropic-dangerous-direct-browser-access': 'true', ...(key && { 'x-api-key': key }) };
}

function refusal(status: number): RectoError {
  if (status === 401 || status === 403) return new RectoError('provider_auth', 'The server refused the key. Check it, and that it is one for this server.');
  return new RectoError('provider_failed', `The server answered ${status}. Check the base URL: some want /v1 at its end.`);
}

/** The body as text, as far as a list of models can go. */
async function readText(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  for await (const chunk of readChunks(response)) {
    size += chunk.byteLength;
    if (size > MAX_BYTES) throw new RectoError('provider_failed', 'What the server sends is no list of models: it does not end. Check the base URL.');
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** A stream can't be iterated over in every browser. */
async function* readChunks({ body }: Response): AsyncGenerator<Uint8Array> {
  if (!body) return;
  const reader = body.getReader();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
  } finally {
    await reader.cancel();
  }
}

/** The ids of `{"data": [{"id": "…"}]}`; none of anything else. */
function readModelIds(text: string): string[] {
  const body = parseJson(text);
  if (typeof body !== 'object' || body === null || !('data' in body) || !Array.isArray(body.data)) return [];
  const ids = body.data.map((model: unknown) => (typeof model === 'object' && model !== null && 'id' in model ? model.id : null));
  return ids.filter((id): id is string => typeof id === 'string' && id !== '').slice(0, MAX_MODELS);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A page or a proxy answers here, not a model server: it has no models.
    return null;
  }
}
