import { PROVIDER_KEY } from '#app/ports.ts';
import type { RectoApp } from '#app/recto-app.ts';
import { RectoError } from '#schemas/errors.ts';

const PATIENCE_MS = 15_000;

export interface ModelServer {
  baseUrl: string;
  model: string;
}

/** What is needed of the app to ask. */
export type Asking = { platform: Pick<RectoApp['platform'], 'secrets' | 'network'> };

/**
 * Asks a model server for its models: whether it is there, takes the key, and has the model.
 * @returns a sentence of what it said
 * @throws RectoError provider_unreachable · provider_auth · provider_failed
 */
export async function testProvider(app: Asking, { baseUrl, model }: ModelServer): Promise<string> {
  const key = await app.platform.secrets.get(PROVIDER_KEY);
  const response = await ask(app, baseUrl, key);
  if (response.status === 401 || response.status === 403) throw new RectoError('provider_auth', 'The server refused the key. Check it, and that it is one for this server.');
  if (!response.ok) throw new RectoError('provider_failed', `The server answered ${response.status}. Check the base URL: some want /v1 at its end.`);
  const models = readModelIds(await response.json().catch(() => null));
  if (models.length === 0) return 'The server answers, but does not say which models it has. Expand a passage to see whether the name is right.';
  if (models.includes(model)) return `The server answers and has ${model}.`;
  return `The server answers, but has no model “${model}”. It has ${models.slice(0, 5).join(', ')}${models.length > 5 ? ' and more' : ''}.`;
}

async function ask(app: Asking, baseUrl: string, key: string | null): Promise<Response> {
  try {
    return await app.platform.network.fetch(`${baseUrl.replace(/\/+$/, '')}/models`, {
      headers: key ? { authorization: `Bearer ${key}` } : {},
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
  } catch (cause) {
    throw new RectoError('provider_unreachable', 'Nothing answers there. Check the base URL, and that the server runs and allows this page.', { cause });
  }
}

/** The ids of OpenAI's `GET /models`: `{"data": [{"id": "…"}]}`; none of anything else. */
function readModelIds(body: unknown): string[] {
  if (typeof body !== 'object' || body === null || !('data' in body) || !Array.isArray(body.data)) return [];
  return body.data.flatMap((model: unknown) => (typeof model === 'object' && model !== null && 'id' in model && typeof model.id === 'string' ? [model.id] : []));
}
