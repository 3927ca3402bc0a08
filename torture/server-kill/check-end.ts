import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import SqliteFile from 'better-sqlite3';
import type { Blob } from '#schemas/blob.ts';
import { ROUTES } from '#schemas/http.ts';
import type { SyncPullPage } from '#schemas/generated/types.ts';
import { expectNothing } from './check-database.ts';
import type { KilledServer } from './killed-server.ts';
import { isAsWritten, type Writer } from './writers.ts';

export interface User {
  userId: string;
  token: string;
}

/** As a new device would: @returns every blob. @throws Error for one that comes twice */
export async function pullAll(server: KilledServer, { token }: User, limit: number): Promise<Map<string, Blob>> {
  const found = new Map<string, Blob>();
  for (let query = ''; ; ) {
    const answer = await server.send('GET', `${ROUTES.pull.path}?limit=${limit}${query}`, undefined, token);
    const page = answer?.body as unknown as SyncPullPage;
    if (answer?.status !== 200) throw new Error(`A pull was answered with ${JSON.stringify(answer)}`);
    if (page.documents.length === 0 || !page.checkpoint) return found;
    for (const blob of page.documents as Blob[]) {
      if (found.has(blob.id)) throw new Error(`${blob.id} was pulled twice.`);
      found.set(blob.id, blob);
    }
    query = `&epoch=${page.checkpoint.epoch}&seq=${page.checkpoint.seq}`;
  }
}

/** When nobody writes any more: the server has exactly what was written, by its API. @throws Error */
export function checkPulled(pulled: ReadonlyMap<string, Blob>, writers: readonly Writer[]): void {
  const written = new Map(writers.flatMap(({ acknowledged }) => [...acknowledged]));
  for (const [id, blob] of written) {
    const stored = pulled.get(id);
    if (!stored || !isAsWritten(stored, blob)) throw new Error(`${id} is not at version ${blob.version} as it was written: ${JSON.stringify(stored)?.slice(0, 500)}`);
  }
  expectNothing('what nobody wrote', [...pulled.values()].filter(({ id, processor_id }) => processor_id === 'user-input' && id !== 'shared' && !written.has(id)).map(({ id }) => id));
  const shared = String(pulled.get('shared')?.data['content'] ?? '').split(' ').filter((word) => word !== '').toSorted();
  const words = writers.flatMap((writer) => writer.words).toSorted();
  if (JSON.stringify(shared) !== JSON.stringify(words)) throw new Error(`The shared text has ${shared.length} words, and ${words.length} were acknowledged.`);
}

const SETTLE_MS = 120_000;

/**
 * Each draft has exactly one expansion, however often its event was delivered and its job begun anew. A job whose server was
 * killed at every attempt is a dead letter, as one that kills its worker is, and is replayed.
 * @returns how many drafts there are, each expanded, and how many compiled files. @throws Error
 */
export async function checkMade(server: KilledServer, users: readonly User[]): Promise<{ drafts: number; files: number }> {
  const database = new SqliteFile(join(server.dataDir, 'recto.db'), { readonly: true });
  try {
    await waitForJobs(database);
    for (const user of users) await replayCrashed(server, user);
    await waitForJobs(database);
    const drafts = `SELECT user_id, id FROM blobs WHERE schema_id = 'text-input-v1'`;
    expectNothing('drafts that have not one expansion each', database.prepare(
      `SELECT d.id, count(b.id) AS expansions FROM (${drafts}) d
       LEFT JOIN blobs b ON b.user_id = d.user_id AND b.parent_id = d.id AND b.schema_id = 'expanded-text-v1' GROUP BY d.user_id, d.id HAVING expansions <> 1`).all());
    expectNothing('jobs that were done twice', database.prepare(`SELECT blob_id, count(*) AS jobs FROM jobs WHERE state = 'done' GROUP BY user_id, blob_id, blob_version, config HAVING jobs > 1`).all());
    const count = (sql: string): number => Number(database.prepare(`SELECT count(*) FROM ${sql}`).pluck().get());
    return { drafts: count(`(${drafts})`), files: count('attachments') };
  } finally {
    database.close();
  }
}

async function waitForJobs(database: SqliteFile.Database): Promise<void> {
  const left = database.prepare(`SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM jobs WHERE state IN ('queued', 'running'))`).pluck();
  for (const started = performance.now(); left.get() !== 0; await sleep(50)) {
    if (performance.now() - started > SETTLE_MS) throw new Error(`After ${SETTLE_MS / 1000} s the queue is not empty: ${JSON.stringify(database.prepare('SELECT state, error_code, count(*) AS jobs FROM jobs GROUP BY 1, 2').all())}`);
  }
}

async function replayCrashed(server: KilledServer, { token }: User): Promise<void> {
  const listed = await server.send('GET', ROUTES.listDeadLetters.path, undefined, token);
  const letters = (listed?.body['dead_letters'] ?? []) as { id: string; error: { code: string } }[];
  expectNothing('jobs that failed', letters.filter(({ error }) => error.code !== 'processor_crashed'));
  for (const { id } of letters) {
    const replayed = await server.send('POST', ROUTES.replayDeadLetter.path.replace(':id', id), undefined, token);
    if (replayed?.status !== 202) throw new Error(`A dead letter’s replay was answered with ${JSON.stringify(replayed)}`);
  }
}
