import type { FoundModelServer } from '#app/ports.ts';

interface Candidate {
  name: FoundModelServer['name'];
  baseUrl: string;
}

/** Where each listens unless it is told otherwise. All three speak OpenAI's protocol under /v1. */
const CANDIDATES: readonly Candidate[] = [
  { name: 'Ollama', baseUrl: 'http://127.0.0.1:11434/v1' },
  { name: 'LM Studio', baseUrl: 'http://127.0.0.1:1234/v1' },
  { name: 'llama.cpp', baseUrl: 'http://127.0.0.1:8080/v1' },
];

/** A server on this computer answers at once or is not there. */
const PATIENCE_MS = 1500;

/**
 * The model servers that run on this computer, with their models. One that does not answer is not there: that
 * is no error.
 */
export async function findModelServers(fetch: typeof globalThis.fetch, signal: AbortSignal): Promise<FoundModelServer[]> {
  const found = await Promise.all(CANDIDATES.map((candidate) => askForModels(candidate, fetch, signal)));
  return found.filter((server) => server !== null);
}

async function askForModels({ name, baseUrl }: Candidate, fetch: typeof globalThis.fetch, signal: AbortSignal): Promise<FoundModelServer | null> {
  try {
    const response = await fetch(`${baseUrl}/models`, { signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]) });
    if (!response.ok) return null;
    const models = readModelIds(await response.json());
    return models.length > 0 ? { name, baseUrl, models } : null;
  } catch {
    return null;
  }
}

/** The ids of OpenAI's `GET /models`: `{"data": [{"id": "…"}]}`. */
export function readModelIds(body: unknown): string[] {
  if (typeof body !== 'object' || body === null || !('data' in body) || !Array.isArray(body.data)) return [];
  return body.data.flatMap((model: unknown) => (typeof model === 'object' && model !== null && 'id' in model && typeof model.id === 'string' ? [model.id] : []));
}
