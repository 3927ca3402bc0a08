import { join } from 'node:path';
import SqliteFile from 'better-sqlite3';
import { expect, it } from 'vitest';
import { startTestServer } from './test-support/test-server.ts';
import { addToken, createHandWorker } from './test-support/worker-client.ts';

const DRAFTS = 40;
const RESTARTS = 2;

it('a server that is stopped again and again with everything under way ends cleanly, and loses and doubles nothing', async () => {
  const server = await startTestServer({ rateLimitPerMinute: 1_000_000 });
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);
  process.on('unhandledRejection', note);
  const database = new SqliteFile(join(server.dataDir, 'recto.db'), { readonly: true });
  const count = (sql: string): number => Number(database.prepare(sql).pluck().get());
  try {
    const author = await server.signUp();
    const made: string[] = [];
    let next = 0;
    const write = async (): Promise<void> => {
      while (next < DRAFTS) {
        const id = `draft-${(next += 1)}`;
        const body = { id, processor_id: 'user-input', schema_id: 'text-input-v1', data: { content: `The ship ${id} sailed into the storm.` } };
        // A server that is away is asked again; what it stored before it could say so is there.
        for (let status = 0; status !== 201 && status !== 409; ) status = await author.send('POST', '/api/v1/blobs', body).then((reply) => reply.status, () => 0);
        made.push(id);
      }
    };
    const writing = Promise.all([write(), write(), write(), write()]);
    for (let restart = 1; restart <= RESTARTS; restart += 1) {
      await expect.poll(() => made.length, { interval: 2 }).toBeGreaterThanOrEqual((restart * DRAFTS) / (RESTARTS + 1));
      await server.restart();
    }
    await writing;
    await expect.poll(() => count(`SELECT count(*) FROM outbox`) + count(`SELECT count(*) FROM jobs WHERE state IN ('queued', 'running')`), { interval: 50 }).toBe(0);
    expect(database.prepare(`SELECT state, error_code, count(*) AS jobs FROM jobs GROUP BY state`).all()).toEqual([{ state: 'done', error_code: null, jobs: DRAFTS }]);
    expect(count(`SELECT count(*) FROM blobs WHERE processor_id = 'text-expansion'`)).toBe(DRAFTS);
    expect(count(`SELECT count(DISTINCT parent_id) FROM blobs WHERE processor_id = 'text-expansion'`)).toBe(DRAFTS);
    // Given back by a server that stops, a job has not failed.
    expect([count('SELECT count(*) FROM job_failures'), count('SELECT max(attempts) FROM jobs')]).toEqual([0, 1]);
    expect(unhandled).toEqual([]);
  } finally {
    process.off('unhandledRejection', note);
    database.close();
    await server.close();
  }
});

it('what a worker elsewhere ends while the server stops is stored; nothing new is handed out', async () => {
  const server = await startTestServer({ workers: 'none' });
  try {
    const author = await server.signUp();
    const worker = createHandWorker(server, await addToken(server, 'text-expansion'));
    const write = async (): Promise<void> => void (await author.send('POST', '/api/v1/blobs', { processor_id: 'user-input', schema_id: 'text-input-v1', data: { content: 'The ship sailed.' } }));
    await write();
    const run = await worker.take();
    const restarted = server.restart();
    expect((await worker.send('POST', '/api/v1/worker/jobs/take', { worker: 'by hand', wait_ms: 1_000 })).body).toMatchObject({ code: 'unavailable' });
    expect(await worker.on(run, 'complete', { schema_id: 'expanded-text-v1', data: { original: 'The ship sailed.', expanded: 'The ship sailed, slowly, into the storm.', expansion_ratio: 2 } })).toMatchObject({ status: 200 });
    await restarted;
    expect((await author.send('GET', '/api/v1/jobs')).body['jobs']).toMatchObject([{ id: run.job.id, state: 'done', attempts: 1 }]);
  } finally {
    await server.close();
  }
});
