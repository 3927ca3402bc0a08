import { RectoError } from '#schemas/errors.ts';
import { coreOf } from '../app-core.ts';
import type { RectoApp } from '../recto-app.ts';
import { createProcessorApi, type ProcessorApi } from '../sync/processor-api.ts';

/** A job that failed for good on the account's server. */
export interface DeadLetter {
  id: string;
  processorId: string;
  blobId: string;
  attempts: number;
  /** Milliseconds since the epoch. */
  endedAt: number;
  message: string;
}

function apiOf(app: RectoApp): ProcessorApi | null {
  const { connection, session } = coreOf(app).account;
  return connection && session ? createProcessorApi(connection, session.server) : null;
}

/** None where nobody is signed in. @throws RectoError network, unauthenticated, protocol */
export async function listDeadLetters(app: RectoApp): Promise<DeadLetter[]> {
  const letters = (await apiOf(app)?.listDeadLetters()) ?? [];
  return letters.map(({ id, processor_id, blob_id, attempts, updated_at, error }) => ({ id, processorId: processor_id, blobId: blob_id, attempts, endedAt: updated_at, message: error?.message ?? 'It failed.' }));
}

/** Tries it once more. @throws RectoError unauthenticated (nobody is signed in), not_found, network */
export async function replayDeadLetter(app: RectoApp, id: string): Promise<void> {
  await need(app).replay(id);
}

/** Forgets it; the text it was about stays. @throws RectoError unauthenticated, not_found, network */
export async function dropDeadLetter(app: RectoApp, id: string): Promise<void> {
  await need(app).drop(id);
}

function need(app: RectoApp): ProcessorApi {
  const api = apiOf(app);
  if (!api) throw new RectoError('unauthenticated', 'Sign in first: this failed on your server.');
  return api;
}
