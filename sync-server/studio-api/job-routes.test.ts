import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MODEL, startScriptedOpenAiServer, type ScriptedServer } from '#processors/ai-service/test-support/scripted-openai-server.ts';
import { validateProblem } from '#schemas/generated/validators.js';
import { startTestServer, type Caller, type Reply, type TestServer } from '../test-support/test-server.ts';
import { listen, type TestSocket } from '../test-support/test-socket.ts';

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
