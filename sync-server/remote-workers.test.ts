/** `npm run worker` as it runs in life: processes that are killed, stopped, turned away, and a server that goes and comes back. */
import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { MODEL, startScriptedOpenAiServer, type ScriptedServer } from '#processors/ai-service/test-support/scripted-openai-server.ts';
import { startChildWorker, type ChildWorker } from './test-support/child-worker.ts';
import { createSkippableClock } from './test-support/skippable-clock.ts';
import { findStayingPort } from './test-support/staying-port.ts';
import { startTestServer, type Caller, type TestServer } from './test-support/test-server.ts';
import { addToken } from './test-support/worker-client.ts';

const LEASE_MS = 6_000;
/** The longest that a first failure waits to be tried again. */
const RETRY_MS = 2_000;

const clock = createSkippableClock();
let model: ScriptedServer;
let server: TestServer;
let author: Caller;
let token: string;
const children: ChildWorker[] = [];

beforeAll(async () => {
  model = await startScriptedOpenAiServer();
  server = await startTestServer({ workers: 'none', workerLeaseMs: LEASE_MS, port: await findStayingPort() }, { clock });
  author = await server.signUp();
  token = await addToken(server, 'text-expansion');
});
afterEach(async () => {
  await Promise.all(children.splice(0).map((child) => child.kill('SIGKILL')));
});
afterAll(async () => {
  await server.close();
  await model.close();
});

function startWorker(env: Record<string, string> = {}): ChildWorker {
  const child = startChildWorker('text-expansion', {
    RECTO_API_URL: server.url, RECTO_WORKER_TOKEN: token, RECTO_AI_PROVIDER: 'openai-compatible', RECTO_AI_BASE_URL: model.url, RECTO_AI_MODEL: MODEL, ...env,
  });
  children.push(child);
  return child;
}

/** What an author writes is taken up by itself. */
async function write(): Promise<string> {
  const { body } = await author.send('POST', '/api/v1/blobs', { processor_id: 'user-input', schema_id: 'text-input-v1', data: { content: 'The ship sailed into the storm.' } });
  return String(body['id']);
}
interface JobBody {
  state: string;
  attempts: number;
  error?: { code: string };
}
async function jobOf(blobId: string): Promise<JobBody | undefined> {
  const jobs = (await author.send('GET', '/api/v1/jobs')).body['jobs'] as (JobBody & { blob_id: string })[];
  return jobs.find(({ blob_id }) => blob_id === blobId);
}
const untilDone = async (blobId: string) => {
  await expect.poll(async () => (await jobOf(blobId))?.state, { interval: 50 }).toBe('done');
};
const derivedOf = async (blobId: string) => (await author.send('GET', `/api/v1/blobs/${blobId}`)).body['derived_ids'];

it('what was killed in the middle is done by another worker, once', async () => {
  const draft = await write();
  await expect.poll(() => jobOf(draft)).toMatchObject({ state: 'queued', attempts: 0 });
  model.script({ kind: 'stall' });
  const asked = model.requests.length;
  const first = startWorker();
  await model.received(asked + 1);
  expect(await jobOf(draft)).toMatchObject({ state: 'running', attempts: 1 });
  await first.kill('SIGKILL');
  clock.skip(LEASE_MS);
  await expect.poll(async () => (await jobOf(draft))?.state).toBe('queued');
  clock.skip(RETRY_MS);
  startWorker();
  await untilDone(draft);
  expect(await jobOf(draft)).toMatchObject({ attempts: 2 });
  expect(await derivedOf(draft)).toHaveLength(1);
});

it('SIGTERM gives back what does not end in time: another worker has it at once, and no attempt is lost', async () => {
  const draft = await write();
  model.script({ kind: 'stall' });
  const asked = model.requests.length;
  const first = startWorker({ RECTO_WORKER_GRACE: '0' });
  await model.received(asked + 1);
  const second = startWorker();
  await second.says('Working on text-expansion');
  const { code, stderr } = await first.kill('SIGTERM');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  await untilDone(draft);
  expect(await jobOf(draft)).toMatchObject({ attempts: 1 });
});

it('a cancellation reaches the worker, which is free for the next job', async () => {
  const draft = await write();
  model.script({ kind: 'stall' });
  const asked = model.requests.length;
  startWorker({ RECTO_WORKER_CONCURRENCY: '1' });
  await model.received(asked + 1);
  const { id } = (await jobOf(draft)) as unknown as { id: string };
  await author.send('POST', `/api/v1/jobs/${id}/cancel`);
  expect(await jobOf(draft)).toMatchObject({ state: 'cancelled' });
  await untilDone(await write());
  expect(await derivedOf(draft)).toEqual([]);
});

it('goes on when the server was away', async () => {
  const child = startWorker();
  await child.says('Working on text-expansion');
  await server.restart();
  await child.says('The server answers again.');
  await untilDone(await write());
  const { code, stdout } = await child.kill('SIGTERM');
  expect(code).toBe(0);
  expect(stdout).toContain('Trying again.');
});

it('compiles a book and makes its pitch for a server that runs nothing itself', async () => {
  for (const processor of ['book-compiler', 'pitch-builder']) {
    children.push(startChildWorker(processor, { RECTO_API_URL: server.url, RECTO_WORKER_TOKEN: await addToken(server, processor) }));
  }
  const post = async (schema_id: string, data: object): Promise<string> => String((await author.send('POST', '/api/v1/blobs', { processor_id: 'user-input', schema_id, data })).body['id']);
  const draft = await post('text-input-v2', { content: 'The keeper climbed the stairs at dusk. Nobody had come since March. The lamp was cold, and the sea was loud below.' });
  const book = await post('book-v1', { title: 'The Lamp', author: 'A. Keeper', chapters: [{ id: 'one', title: 'Dusk', draft_blob_id: draft, edition: 'draft' }] });
  const outputOf = async (processor_id: string, config: object): Promise<{ id: string; data: Record<string, unknown> }> => {
    const { id } = (await author.send('POST', '/api/v1/jobs', { processor_id, blob_id: book, config })).body;
    const job = async () => (await author.send('GET', `/api/v1/jobs/${String(id)}`)).body;
    await expect.poll(async () => (await job())['state'], { interval: 50 }).toBe('done');
    return (await author.send('GET', `/api/v1/blobs/${String((await job())['output_id'])}`)).body as { id: string; data: Record<string, unknown> };
  };
  const [compiled, pitch] = await Promise.all([outputOf('book-compiler', { format: 'epub' }), outputOf('pitch-builder', {})]);
  const file = await fetch(`${server.url}/api/v1/blobs/${compiled.id}/file`, { headers: { authorization: `Bearer ${author.session.access_token}` } });
  const bytes = new Uint8Array(await file.arrayBuffer());
  expect(compiled.data).toMatchObject({ size_bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex'), chapters: [{ chapter_id: 'one', blob_id: draft, blob_version: 1 }] });
  expect(pitch.data).toMatchObject({ metadata: { provider: 'built-in', sources: [{ chapter_id: 'one' }] } });
});

it('one that is turned away says why in one line, and ends with 1', async () => {
  for (const [name, worker, says] of [
    ['a token that is none', startWorker({ RECTO_WORKER_TOKEN: 'recto-worker-AAAA' }), /not valid here/],
    ['another processor’s', startWorker({ RECTO_WORKER_TOKEN: await addToken(server, 'book-compiler') }), /for workers of “book-compiler”, not of “text-expansion”/],
  ] as const) {
    const { code, stderr } = await worker.ended;
    expect(code, name).toBe(1);
    expect(stderr, name).toMatch(says);
    expect(stderr.trimEnd().split('\n'), name).toHaveLength(1);
  }
});
