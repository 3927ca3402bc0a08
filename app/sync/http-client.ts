/** The Studio API over HTTP: JSON in and out, every failure a RectoError that says what to do. */
import { RectoError } from '#schemas/errors.ts';
import type { Problem } from '#schemas/generated/types.ts';
import { PROTOCOL_HEADER, PROTOCOL_VERSION } from '#schemas/version.ts';
import type { Network } from '../ports.ts';

export interface ApiRequest {
  method: 'GET' | 'POST' | 'DELETE';
  /** Begins with a slash. */
  path: string;
  /** JSON, as text or its UTF-8. */
  body?: string | Uint8Array;
  token?: string;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** @throws RectoError network, protocol, or the code of the server's problem */
export type ApiClient = (request: ApiRequest) => Promise<unknown>;

export function createApiClient(network: Pick<Network, 'fetch'>, server: string): ApiClient {
  return async ({ method, path, body, token, headers, signal }) => {
    const response = await reach(network, `${server}${path}`, {
      method,
      headers: {
        [PROTOCOL_HEADER]: String(PROTOCOL_VERSION),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body !== undefined && { body: body as string }),
      ...(signal && { signal }),
    });
    return response.ok ? await readJson(response, server) : await refuse(response, server);
  };
}

async function reach(network: Pick<Network, 'fetch'>, url: string, init: RequestInit): Promise<Response> {
  try {
    return await network.fetch(url, init);
  } catch (thrown) {
    if (thrown instanceof Error && thrown.name === 'AbortError') throw RectoError.from(thrown, 'cancelled');
    throw new RectoError('network', `${hostOf(url)} can’t be reached. Check the address and the connection; what you write is safe on this device.`, { cause: thrown });
  }
}

async function readJson(response: Response, server: string): Promise<unknown> {
  if (response.status === 204) return null;
  try {
    return await response.json();
  } catch (thrown) {
    if (thrown instanceof SyntaxError) throw notRecto(server, thrown);
    // The connection broke in the middle of the answer.
    throw new RectoError('network', `The connection to ${hostOf(server)} broke off. It is tried again; nothing is lost.`, { cause: thrown });
  }
}

async function refuse(response: Response, server: string): Promise<never> {
  const text = await response.text().catch(() => '');
  const problem = readProblem(text);
  const seconds = Number(response.headers.get('retry-after'));
  const retryAfterMs = Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined;
  const code = codeOfStatus(response.status);
  if (!problem && code === null) throw notRecto(server, new Error(`HTTP ${response.status}: ${text.slice(0, 200)}`));
  const error = problem ? RectoError.fromProblem(problem) : new RectoError(code ?? 'protocol', `${hostOf(server)} answered with status ${response.status}.`);
  throw new RectoError(error.code === 'protocol' && code ? code : error.code, error.message, {
    ...(error.errors && { errors: error.errors }),
    ...((retryAfterMs ?? error.retryAfterMs) !== undefined && { retryAfterMs: retryAfterMs ?? error.retryAfterMs! }),
  });
}

function readProblem(text: string): Problem | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && 'code' in value && typeof value.code === 'string' && 'title' in value ? (value as Problem) : null;
  } catch {
    // Not JSON: a proxy's page, or no Recto server at all; the status decides.
    return null;
  }
}

/** What a proxy in between may answer in the server's place. */
function codeOfStatus(status: number): 'too_large' | 'rate_limited' | 'unavailable' | 'upgrade_required' | null {
  if (status === 413) return 'too_large';
  if (status === 426) return 'upgrade_required';
  if (status === 429) return 'rate_limited';
  return status >= 500 ? 'unavailable' : null;
}

export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}

export function notRecto(server: string, cause?: unknown): RectoError {
  return new RectoError('protocol', `${hostOf(server)} answers, but not as a Recto server. Check the address.`, { cause });
}
