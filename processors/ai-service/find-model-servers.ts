/** A model server that answers on this computer. */
export interface FoundModelServer {
  name: 'Ollama' | 'LM Studio' | 'llama.cpp';
  /** For the openai-compatible provider, with /v1. */
  baseUrl: string;
  models: string[];
}

interface Probe {
  name: FoundModelServer['name'];
  origin: string;
  path: string;
  readModels(answer: unknown): string[] | null;
}

const PROBES: readonly Probe[] = [
  { name: 'Ollama', origin: 'http://127.0.0.1:11434', path: '/api/tags', readModels: (answer) => readNames(answer, 'models', 'name') },
  { name: 'LM Studio', origin: 'http://127.0.0.1:1234', path: '/v1/models', readModels: (answer) => readNames(answer, 'data', 'id') },
  { name: 'llama.cpp', origin: 'http://127.0.0.1:8080', path: '/v1/models', readModels: (answer) => readNames(answer, 'data', 'id') },
];

/** A server on this computer answers within milliseconds; one that is loading a model, within this. */
const TIMEOUT_MS = 1_500;

/**
 * Looks at the three usual ports of this computer, all at once. What doesn't answer, or answers something else, is simply not
 * found; so is one that the browser may not ask (CORS). Servers without a model are left out: there is nothing to choose.
 * @param origins other addresses to look at, by name, for tests
 */
export async function findModelServers(
  fetchFrom: typeof fetch,
  signal: AbortSignal,
  origins: Partial<Record<FoundModelServer['name'], string>> = {},
): Promise<FoundModelServer[]> {
  const found = await Promise.all(PROBES.map((probe) => ask({ ...probe, origin: origins[probe.name] ?? probe.origin }, fetchFrom, signal)));
  signal.throwIfAborted();
  return found.filter((server) => server !== null);
}

async function ask({ name, origin, path, readModels }: Probe, fetchFrom: typeof fetch, signal: AbortSignal): Promise<FoundModelServer | null> {
  try {
    const response = await fetchFrom(`${origin}${path}`, { signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]) });
    const models = response.ok ? readModels(await response.json()) : null;
    return models && models.length > 0 ? { name, baseUrl: `${origin}/v1`, models } : null;
  } catch {
    // Nothing listens there, or what does is no model server: both are the usual case, and no one is to be told.
    return null;
  }
}

/** Names that models have to be offered by; no server has thousands. */
const MAX_MODELS = 500;

function readNames(answer: unknown, list: string, key: string): string[] | null {
  if (typeof answer !== 'object' || answer === null) return null;
  const items: unknown = (answer as Record<string, unknown>)[list];
  if (!Array.isArray(items)) return null;
  return items
    .map((item: unknown) => (typeof item === 'object' && item !== null ? (item as Record<string, unknown>)[key] : undefined))
    .filter((name): name is string => typeof name === 'string' && name !== '')
    .slice(0, MAX_MODELS);
}
