/** What a server answered, as a value or as the error it is: the same for whoever asked it. */
import { RectoError } from './errors.ts';
import type { Problem } from './generated/types.ts';
import { hostOf } from './server-address.ts';
import { OLDEST_SERVER_PROTOCOL_VERSION, PROTOCOL_HEADER } from './version.ts';

/** The part of a fetch's Response that is read here. */
export interface Reply {
  readonly ok: boolean;
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  json(): Promise<unknown>;
  text(): Promise<string>;
}

/**
 * @param server for the sentence of an error
 * @returns the JSON of the body; null where there is none (204)
 * @throws RectoError network (the answer broke off), protocol (not a Recto server), server_outdated, or the code of the server's problem
 */
export async function readReply(reply: Reply, server: string): Promise<unknown> {
  if (isOutdated(reply)) {
    throw new RectoError('server_outdated', `The Recto on ${hostOf(server)} is too old for this version of the app. Ask whoever runs it to update it; what you write is kept on this device.`);
  }
  return reply.ok ? await readJson(reply, server) : await refuse(reply, server);
}

/** One that names no protocol may be a proxy on the way: it shows by what it answers. */
function isOutdated({ headers }: Reply): boolean {
  const version = headers.get(PROTOCOL_HEADER);
  return version !== null && /^\d{1,9}$/.test(version) && Number(version) < OLDEST_SERVER_PROTOCOL_VERSION;
}

async function readJson(reply: Reply, server: string): Promise<unknown> {
  if (reply.status === 204) return null;
  try {
    return await reply.json();
  } catch (thrown) {
    if (thrown instanceof SyntaxError) throw notRecto(server, thrown);
    // The connection broke in the middle of the answer.
    throw new RectoError('network', `The connection to ${hostOf(server)} broke off. It is tried again; nothing is lost.`, { cause: thrown });
  }
}

async function refuse(reply: Reply, server: string): Promise<never> {
  const text = await reply.text().catch(() => '');
  const problem = readProblem(text);
  const seconds = Number(reply.headers.get('retry-after'));
  const retryAfterMs = Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined;
  const code = codeOfStatus(reply.status);
  if (!problem && code === null) throw notRecto(server, new Error(`HTTP ${reply.status}: ${text.slice(0, 200)}`));
  const error = problem ? RectoError.fromProblem(problem) : new RectoError(code ?? 'protocol', `${hostOf(server)} answered with status ${reply.status}.`);
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

export function notRecto(server: string, cause?: unknown): RectoError {
  return new RectoError('protocol', `${hostOf(server)} answers, but not as a Recto server. Check the address.`, { cause });
}

/** What a fetch that failed means: network, or cancelled where it was aborted. */
export function unreachable(server: string, thrown: unknown): RectoError {
  if (thrown instanceof Error && thrown.name === 'AbortError') return RectoError.from(thrown, 'cancelled');
  return new RectoError('network', `${hostOf(server)} can’t be reached. Check the address and the connection; what you write is safe on this device.`, { cause: thrown });
}
