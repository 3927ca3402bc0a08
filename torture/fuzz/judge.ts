import { ERROR_CODES } from '#schemas/errors.ts';
import { validateBlob, validateProblem } from '#schemas/generated/validators.js';
import type { Reply } from '#sync-server/test-support/test-server.ts';
import { SECRET } from './world.ts';

/** done: there was nothing to refuse. */
export type Outcome = 'done' | 'refused';

/** One thing that nobody should send. */
export interface Try {
  /** What is sent, for a person. */
  shown: string;
  /** Sends it, and judges what comes back. @returns what that was. @throws Error */
  run(): Promise<Outcome>;
}

/** Of the server, a text provider that is not there, or what this one does not run. */
const FORESEEN = /^(unavailable|provider_\w+)$/;

/** @throws Error for an answer that no request may get, whatever it is */
export function judgeReply({ status, text, body, headers }: Reply): Outcome {
  expectNoSecret(text);
  if (status < 400) return 'done';
  const code = String(body['code']);
  if (status >= 500 && !FORESEEN.test(code)) throw new Error(`${status} ${text}`);
  if (!validateProblem(body) || body['status'] !== status || !(code in ERROR_CODES)) throw new Error(`no problem of ours: ${status} ${text}`);
  if (!headers.get('content-type')?.includes('application/problem+json')) throw new Error(`a problem that is not said to be one: ${status} ${text}`);
  return 'refused';
}

/** A verdict for each row, in order; a master is the sender's own. @throws Error */
export function judgePush(reply: Reply, rows: readonly unknown[], userId: string): Outcome {
  const outcome = judgeReply(reply);
  if (outcome === 'refused') return outcome;
  const results = reply.body['results'] as { status: string; id: string; master?: unknown; error?: { status: number } }[];
  if (results.length !== rows.length) throw new Error(`${rows.length} rows, ${results.length} verdicts`);
  for (const { status, master, error } of results) {
    const isSound = status === 'stored' || (status === 'conflict' && validateBlob(master) && master.user_id === userId) || (status === 'rejected' && validateProblem(error) && error.status < 500);
    if (!isSound) throw new Error(`a verdict of no kind: ${JSON.stringify({ status, master, error })}`);
  }
  return results.some(({ status }) => status === 'stored') ? 'done' : 'refused';
}

export function expectNoSecret(text: string): void {
  if (text.includes(SECRET)) throw new Error(`a byte of another tenant’s: ${text.slice(0, 1000)}`);
}

/** What a person needs to see of something long. */
export function shorten(text: string): string {
  return text.length > 1500 ? `${text.slice(0, 1500)} … (${text.length} characters)` : text;
}
