import { openDatabase } from '../db/database.ts';
import { createServiceTokens } from '../processor-service/service-tokens.ts';
import { createCaller, type Caller, type Reply, type TestServer } from './test-server.ts';
import { join } from 'node:path';

/** A token for workers of a processor, made beside the running server as `token add` does. */
export async function addToken(server: TestServer, processorId: string): Promise<string> {
  const database = openDatabase(join(server.dataDir, 'recto.db'));
  try {
    return (await createServiceTokens(database, Date.now).add(processorId)).token;
  } finally {
    await database.close();
  }
}

/** As `token revoke` does. */
export async function revokeToken(server: TestServer, token: string): Promise<void> {
  const database = openDatabase(join(server.dataDir, 'recto.db'));
  try {
    const tokens = createServiceTokens(database, Date.now);
    await tokens.revoke(tokens.authenticateWorker(token).tokenId);
  } finally {
    await database.close();
  }
}

export interface Run {
  run_id: string;
  job: { id: string; processor_id: string };
  blob: { id: string; version: number; data: Record<string, unknown> };
  config: Record<string, unknown>;
  lease_ms: number;
}

/** A worker by hand: one HTTP call at a time. */
export interface HandWorker {
  send: Caller['send'];
  /** Fails when no job comes within the wait. */
  take(waitMs?: number): Promise<Run>;
  /** A call about a run: `on(run, 'complete', {…})`. */
  on(run: Run, call: string, body?: unknown, method?: string): Promise<Reply>;
}

export function createHandWorker(server: TestServer, token: string): HandWorker {
  const { send } = createCaller(() => server.url, { user_id: '', access_token: token, refresh_token: '', expires_in: 0 });
  return {
    send,
    take: async (waitMs = 20_000) => {
      const reply = await send('POST', '/api/v1/worker/jobs/take', { worker: 'by hand', wait_ms: waitMs });
      if (reply.status !== 200) throw new Error(`no job: ${reply.status} ${reply.text}`);
      return reply.body as unknown as Run;
    },
    on: (run, call, body, method = body === undefined ? 'GET' : 'POST') => send(method, `/api/v1/worker/jobs/${run.job.id}/${call}${call.includes('?') ? '&' : '?'}run_id=${run.run_id}`, body),
  };
}
