import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MODEL, startScriptedOpenAiServer, type ScriptedServer } from '#processors/ai-service/test-support/scripted-openai-server.ts';
import { validateProblem } from '#schemas/generated/validators.js';
import { openDatabase } from '../db/database.ts';
import { startTestServer, type Caller, type Reply, type TestServer } from '../test-support/test-server.ts';
import { listen, type TestSocket } from '../test-support/test-socket.ts';
import { addToken } from '../test-support/worker-client.ts';

let model: ScriptedServer;
let server: TestServer;
let author: Caller;
let stranger: Caller;
let socket: TestSocket;

beforeAll(async () => {
  model = await startScriptedOpenAiServer();
  server = await startTestServer({ ai: { provider: 'openai-compatible', baseUrl: model.url, model: MODEL, apiKey: 'key' } });
  [author, stranger] = [await server.signUp(), await server.signUp()];
  socket = await listen(server, author.session.access_token, { patterns: ['blob.derived', 'processor.*'] });
});
afterAll(async () => {
  await socket.close();
  await server.close();
  await model.close();
});

interface JobBody {
  id: string;
  state: string;
  attempts: number;
  output_id?: string;
  error?: { code: string; message: string };
}

async function makeDraft(content = 'The ship sailed into the storm.'): Promise<string> {
  // v2 is not taken up by itself: only the job asked for runs.
  const made = await author.send('POST', '/api/v1/blobs', { processor_id: 'user-input', schema_id: 'text-input-v2', data: { content } });
  return String(made.body['id']);
}
const ask = (body: object, caller = author): Promise<Reply> => caller.send('POST', '/api/v1/jobs', body);
const expand = async (blob_id: string, config = {}): Promise<JobBody> => {
  const reply = await ask({ processor_id: 'text-expansion', blob_id, config });
  expect(reply.status, reply.text).toBe(202);
  return reply.body as unknown as JobBody;
};
const readJob = async (id: string): Promise<JobBody> => (await author.send('GET', `/api/v1/jobs/${id}`)).body as unknown as JobBody;
const stateOf = async (blobId: string): Promise<unknown> => (await author.send('GET', `/api/v1/blobs/${blobId}`)).body['processing_state'];
const deadLetters = async (caller = author): Promise<JobBody[]> => (await caller.send('GET', '/api/v1/dead-letters')).body['dead_letters'] as JobBody[];

function expectProblem(reply: Reply, status: number, code: string): void {
  expect({ status: reply.status, code: reply.body['code'] }).toEqual({ status, code });
  expect(validateProblem(reply.body), reply.text).toBe(true);
}

describe('a job', () => {
  it('shows its blob as processing while it runs, and as completed when it is done', async () => {
    const draft = await makeDraft();
    model.script({ kind: 'stall' });
    const before = model.requests.length;
    const stalled = await expand(draft);
    expect(stalled).toMatchObject({ state: 'queued', attempts: 0 });
    await model.received(before + 1);
    expect(await stateOf(draft)).toBe('processing');
    expect(await readJob(stalled.id)).toMatchObject({ state: 'running', attempts: 1 });

    const cancelled = await author.send('POST', `/api/v1/jobs/${stalled.id}/cancel`);
    expect(cancelled.body).toMatchObject({ id: stalled.id, state: 'cancelled' });
    await model.requests[before]?.closed;

    expect((await expand(draft)).id).toBe(stalled.id);
    const { derived_id } = (await socket.next('blob.derived')).data;
    expect(await readJob(stalled.id)).toMatchObject({ state: 'done', output_id: derived_id });
    expect(await stateOf(draft)).toBe('completed');
  });

  it('of the same wish is one job, and of another wish another', async () => {
    const draft = await makeDraft('The door opened.');
    const [first, again, other] = [await expand(draft), await expand(draft), await expand(draft, { style: 'formal' })];
    expect(again.id).toBe(first.id);
    expect(other.id).not.toBe(first.id);
    const derived = [await socket.next('blob.derived'), await socket.next('blob.derived')].map(({ data }) => data.derived_id);
    const { body } = await author.send('GET', `/api/v1/blobs/${draft}`);
    expect((body['derived_ids'] as string[]).toSorted()).toEqual(derived.toSorted());
    const { jobs } = (await author.send('GET', '/api/v1/jobs')).body as unknown as { jobs: JobBody[] };
    expect(jobs.map(({ id }) => id)).toEqual(expect.arrayContaining([first.id, other.id]));
    expect(((await author.send('GET', '/api/v1/jobs?limit=1')).body['jobs'] as JobBody[])).toHaveLength(1);
  });

  it('is found by state, processor and blob', async () => {
    const draft = await makeDraft('The gate was shut.');
    const { id } = await expand(draft);
    await socket.next('blob.derived');
    const find = async (query: string): Promise<unknown> => ((await author.send('GET', `/api/v1/jobs?${query}`)).body['jobs'] as JobBody[]).map((job) => job.id);
    expect(await find(`blob_id=${draft}`)).toEqual([id]);
    expect(await find(`blob_id=${draft}&state=done&processor_id=text-expansion`)).toEqual([id]);
    expect(await find(`blob_id=${draft}&state=queued`)).toEqual([]);
    expect(await find(`blob_id=${draft}&processor_id=book-compiler`)).toEqual([]);
    expectProblem(await author.send('GET', '/api/v1/jobs?state=tired'), 400, 'malformed');
  });

  it('that can’t be is refused with what is wrong', async () => {
    const draft = await makeDraft();
    expectProblem(await ask({ processor_id: 'typewriter', blob_id: draft }), 404, 'processor_unknown');
    expectProblem(await ask({ processor_id: 'text-expansion', blob_id: 'none' }), 404, 'not_found');
    expectProblem(await ask({ processor_id: 'text-expansion', blob_id: draft, extra: 1 }), 422, 'schema_violation');
    const badConfig = await ask({ processor_id: 'text-expansion', blob_id: draft, config: { style: 'grand', only_passages: [-1, 'all'] } });
    expectProblem(badConfig, 422, 'schema_violation');
    expect((badConfig.body['errors'] as { path: string }[]).map(({ path }) => path).toSorted()).toEqual(['/config/only_passages/0', '/config/only_passages/1', '/config/style']);
    await author.send('DELETE', `/api/v1/blobs/${draft}`);
    expectProblem(await ask({ processor_id: 'text-expansion', blob_id: draft }), 404, 'not_found');
    expectProblem(await author.send('GET', '/api/v1/jobs?limit=0'), 400, 'malformed');
    expectProblem(await author.send('GET', '/api/v1/jobs/none'), 404, 'not_found');
  });
});

describe('jobs without number', () => {
  /** As many as this of one user's, waiting, put beside the running server. */
  const queue = async (of: Caller, count: number, config: object = {}): Promise<void> => {
    const database = openDatabase(join(server.dataDir, 'recto.db'));
    database.sqlite
      .prepare(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < @count)
        INSERT INTO jobs (id, user_id, processor_id, blob_id, blob_version, config, priority, state, attempts, not_before, lease_until, created_at, updated_at, ready)
        SELECT @user || i, @user, 'text-expansion', 'b' || i, 1, @config, 0, 'queued', 0, 4e12, 0, i, i, 0 FROM n`)
      .run({ count, user: of.session.user_id, config: JSON.stringify(config) });
    await database.close();
  };

  it('of one user are refused with 429 when ten thousand of them wait; others go on', async () => {
    const busy = await server.signUp();
    const wish = async (of: Caller): Promise<object> => {
      const made = await of.send('POST', '/api/v1/blobs', { processor_id: 'user-input', schema_id: 'text-input-v2', data: { content: 'A draft.' } });
      return { processor_id: 'text-expansion', blob_id: made.body['id'] };
    };
    await queue(busy, 10_000);
    const refused = await ask(await wish(busy), busy);
    expectProblem(refused, 429, 'rate_limited');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await busy.send('GET', '/api/v1/jobs?limit=1000')).body['jobs']).toHaveLength(1000);
    const other = await server.signUp();
    expect((await ask(await wish(other), other)).status).toBe(202);
  });

  it('whose configs are large are listed as far as a page holds them, the newest first, and at least one', async () => {
    const wordy = await server.signUp();
    await queue(wordy, 30, { used_details: ['x'.repeat(1_000_000)] });
    const page = await wordy.send('GET', '/api/v1/jobs?limit=1000');
    const blobs = (page.body['jobs'] as { blob_id: string }[]).map(({ blob_id }) => blob_id);
    expect(blobs.slice(0, 3)).toEqual(['b30', 'b29', 'b28']);
    expect(page.text.length).toBeLessThan(17 * 1024 * 1024);
    expect(blobs.length).toBeGreaterThan(10);
  });
});

describe('a dead letter', () => {
  it('says what to do, and is done when it is replayed after that', async () => {
    const draft = await makeDraft('A bell rang over the harbour.');
    model.script({ kind: 'status', status: 401 });
    const job = await expand(draft);
    const failed = (await socket.next('processor.failed')).data;
    expect(failed).toMatchObject({ job_id: job.id, blob_id: draft, processor_id: 'text-expansion', code: 'provider_auth' });
    expect((await deadLetters())[0]).toMatchObject({ failures: [{ attempt: 1, code: 'provider_auth', message: failed.message }] });
    expect(await readJob(job.id)).toMatchObject({ failures: [{ attempt: 1, code: 'provider_auth' }] });
    expect(await deadLetters()).toMatchObject([{ id: job.id, state: 'dead', attempts: 1, error: { code: 'provider_auth', message: failed.message } }]);
    expect(await stateOf(draft)).toBe('failed');

    const replayed = await author.send('POST', `/api/v1/dead-letters/${job.id}/replay`);
    expect(replayed.status).toBe(202);
    await socket.next('blob.derived');
    expect(await deadLetters()).toEqual([]);
    expect(await readJob(job.id)).toMatchObject({ state: 'done' });
    expectProblem(await author.send('POST', `/api/v1/dead-letters/${job.id}/replay`), 404, 'not_found');
    expectProblem(await author.send('DELETE', `/api/v1/dead-letters/${job.id}`), 404, 'not_found');
  });

  it('is dropped', async () => {
    model.script({ kind: 'status', status: 401 });
    const job = await expand(await makeDraft('The lamp went out.'));
    await socket.next('processor.failed');
    expect((await author.send('DELETE', `/api/v1/dead-letters/${job.id}`)).status).toBe(204);
    expect(await deadLetters()).toEqual([]);
    expectProblem(await author.send('GET', `/api/v1/jobs/${job.id}`), 404, 'not_found');
  });
});

it('another user finds none of it', async () => {
  const draft = await makeDraft('Nobody else reads this.');
  model.script({ kind: 'status', status: 401 });
  const { id } = await expand(draft);
  await socket.next('processor.failed');
  expectProblem(await ask({ processor_id: 'text-expansion', blob_id: draft }, stranger), 404, 'not_found');
  for (const [method, path] of [
    ['GET', `/api/v1/jobs/${id}`],
    ['POST', `/api/v1/jobs/${id}/cancel`],
    ['POST', `/api/v1/dead-letters/${id}/replay`],
    ['DELETE', `/api/v1/dead-letters/${id}`],
  ] as const) expectProblem(await stranger.send(method, path), 404, 'not_found');
  expect((await stranger.send('GET', '/api/v1/jobs')).body).toEqual({ jobs: [] });
  expect(await deadLetters(stranger)).toEqual([]);
  expect(await deadLetters()).toMatchObject([{ id }]);
});

it('a job that waits is cancelled where its user switches the processor off, and no one else’s is', async () => {
  const idle = await startTestServer({ workers: 'none' });
  try {
    await addToken(idle, 'text-expansion');
    const users = [await idle.signUp(), await idle.signUp()];
    const jobs = await Promise.all(users.map(async (user) => {
      const draft = await user.send('POST', '/api/v1/blobs', { processor_id: 'user-input', schema_id: 'text-input-v2', data: { content: 'The ship sailed.' } });
      return String((await user.send('POST', '/api/v1/jobs', { processor_id: 'text-expansion', blob_id: draft.body['id'] })).body['id']);
    }));
    await users[0]!.send('PUT', '/api/v1/processors/text-expansion/instances', { active: false });
    const states = await Promise.all(users.map(async (user, index) => (await user.send('GET', `/api/v1/jobs/${jobs[index]}`)).body['state']));
    expect(states).toEqual(['cancelled', 'queued']);
  } finally {
    await idle.close();
  }
});
