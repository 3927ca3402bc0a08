/** Who writes for a job that a worker elsewhere has: the author's own provider, whatever the worker was given. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { MODEL, startScriptedOpenAiServer, type ScriptedServer } from '#processors/ai-service/test-support/scripted-openai-server.ts';
import { startChildWorker, type ChildWorker } from './test-support/child-worker.ts';
import { startTestServer, type Caller, type TestServer } from './test-support/test-server.ts';
import { addToken, createHandWorker } from './test-support/worker-client.ts';

const KEY = 'sk-very-secret-of-one-author';
const PRICE = { input: 10_000, output: 20_000 };

let authors: ScriptedServer;
let servers: ScriptedServer;
let workers: ScriptedServer;
let server: TestServer;
let token: string;
let one: Caller;
let other: Caller;
const children: ChildWorker[] = [];

beforeAll(async () => {
  [authors, servers, workers] = await Promise.all([startScriptedOpenAiServer(), startScriptedOpenAiServer(), startScriptedOpenAiServer()]);
  server = await startTestServer({ workers: 'none', ai: { provider: 'openai-compatible', baseUrl: servers.url, model: MODEL, apiKey: 'sk-of-the-server' } });
  token = await addToken(server, 'text-expansion');
  [one, other] = await Promise.all([server.signUp(), server.signUp()]);
  await setProvider(100);
});
afterEach(async () => {
  await Promise.all(children.splice(0).map((child) => child.kill('SIGTERM')));
  for (const { requests } of [authors, servers, workers]) requests.length = 0;
});
afterAll(async () => {
  await server.close();
  await Promise.all([authors.close(), servers.close(), workers.close()]);
});

const setProvider = (monthly_budget: number) =>
  one.send('PUT', '/api/v1/ai/account', { provider: 'openai-compatible', base_url: authors.url, model: MODEL, key: KEY, price: PRICE, monthly_budget });

function startWorker(env: Record<string, string> = {}): void {
  children.push(startChildWorker('text-expansion', { RECTO_API_URL: server.url, RECTO_WORKER_TOKEN: token, ...env }));
}

async function write(author: Caller): Promise<string> {
  const { body } = await author.send('POST', '/api/v1/blobs', { processor_id: 'user-input', schema_id: 'text-input-v1', data: { content: 'The ship sailed into the storm.' } });
  return String(body['id']);
}
async function jobOf(author: Caller, blobId: string): Promise<Record<string, unknown>> {
  return ((await author.send('GET', `/api/v1/jobs?blob_id=${blobId}`)).body['jobs'] as Record<string, unknown>[])[0]!;
}
async function untilState(author: Caller, blobId: string, state: string): Promise<void> {
  await expect.poll(async () => (await jobOf(author, blobId))['state'], { interval: 50 }).toBe(state);
}
const asked = () => [authors, servers, workers].map(({ requests }) => requests.length);

it('an author’s own provider writes, by the server, which has its key and counts what it took; the worker’s writes for the others', async () => {
  startWorker({ RECTO_AI_PROVIDER: 'openai-compatible', RECTO_AI_BASE_URL: workers.url, RECTO_AI_MODEL: MODEL, RECTO_AI_KEY: 'sk-of-the-worker' });
  const [theirs, plain] = await Promise.all([write(one), write(other)]);
  await untilState(one, theirs, 'done');
  await untilState(other, plain, 'done');
  expect(asked()).toEqual([1, 0, 1]);
  expect(authors.requests[0]!.headers['authorization']).toBe(`Bearer ${KEY}`);
  expect(workers.requests[0]!.headers['authorization']).toBe('Bearer sk-of-the-worker');
  expect((await one.send('GET', '/api/v1/usage')).body['usage']).toMatchObject([{ processor_id: 'text-expansion', answers: 1, input_tokens: 100, cost: 2 }]);
});

it('a worker that was given no provider has the server’s', async () => {
  startWorker();
  const [theirs, plain] = await Promise.all([write(one), write(other)]);
  await untilState(one, theirs, 'done');
  await untilState(other, plain, 'done');
  expect(asked()).toEqual([1, 1, 0]);
  expect((await other.send('GET', '/api/v1/usage')).body['usage']).toMatchObject([{ processor_id: 'text-expansion', answers: 2, model: MODEL, cost: null }]);
});

it('their budget stops a worker elsewhere too', async () => {
  await setProvider(0.001);
  startWorker();
  const draft = await write(one);
  await untilState(one, draft, 'dead');
  expect(await jobOf(one, draft)).toMatchObject({ attempts: 1, error: { code: 'budget_exceeded' } });
  expect(asked()).toEqual([0, 0, 0]);
  await setProvider(100);
});

it('any worker is told where to ask, may ask for the run it holds alone, and pays once for what it asks twice', async () => {
  const worker = createHandWorker(server, token);
  const draft = await write(one);
  const run = await worker.take();
  const { ai } = run as unknown as { ai: { path: string; own: boolean } };
  expect(ai).toEqual({ path: `/api/v1/worker/jobs/${run.job.id}/ai?run_id=${run.run_id}`, own: true });
  const passage = { original: 'The ship sailed into the storm.' };
  const answer = await worker.on(run, 'ai/generate/expand', passage);
  expect(answer).toMatchObject({ status: 200, body: { expanded: expect.stringContaining('The scripted model') as string, model: MODEL } });
  expect((await worker.on(run, 'ai/generate/expand', passage)).body).toEqual(answer.body);
  expect(asked()).toEqual([1, 0, 0]);
  authors.writes(({ system }) => (system === 'Sum up.' ? 'A ship in a storm.' : null));
  expect(await worker.on(run, 'ai/generate/write', { instruction: 'Sum up.', text: 'x' })).toMatchObject({ status: 200, body: { text: 'A ship in a storm.' } });
  expect(answer.text).not.toContain(KEY);
  expect(await worker.on({ ...run, run_id: 'another' }, 'ai/generate/expand', passage)).toMatchObject({ status: 409, body: { code: 'lease_lost' } });
  const foreign = createHandWorker(server, await addToken(server, 'pitch-builder'));
  expect(await foreign.on(run, 'ai/generate/expand', passage)).toMatchObject({ status: 403 });
  await worker.on(run, 'fail', { code: 'input_invalid', message: 'Enough.' });
  expect(await worker.on(run, 'ai/generate/expand', passage)).toMatchObject({ status: 409, body: { code: 'lease_lost' } });
  await untilState(one, draft, 'dead');
});
