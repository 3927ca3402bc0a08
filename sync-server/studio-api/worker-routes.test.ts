/** What a worker may do and what it may not, call by call, on a real server. */
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { validateProblem } from '#schemas/generated/validators.js';
import { createSkippableClock } from '../test-support/skippable-clock.ts';
import { startTestServer, type Caller, type Reply, type TestServer } from '../test-support/test-server.ts';
import { addToken, createHandWorker, revokeToken, type HandWorker, type Run } from '../test-support/worker-client.ts';

const LEASE_MS = 20_000;
/** The longest that a first failure waits to be tried again. */
const RETRY_MS = 2_000;

const clock = createSkippableClock();
let server: TestServer;
let author: Caller;
let stranger: Caller;
let token: string;
let worker: HandWorker;

beforeAll(async () => {
  server = await startTestServer({ workers: 'none', workerLeaseMs: LEASE_MS, maxFileBytes: 4_000_000 }, { clock });
  [author, stranger] = [await server.signUp(), await server.signUp()];
  token = await addToken(server, 'text-expansion');
  worker = createHandWorker(server, token);
});
afterAll(() => server.close());

const DRAFT = 'The ship sailed into the storm.';
const RESULT = { schema_id: 'expanded-text-v1', data: { original: DRAFT, expanded: 'The ship sailed, slowly, into the storm.', expansion_ratio: 1.3 } };

async function write(caller: Caller, body: object): Promise<string> {
  const reply = await caller.send('POST', '/api/v1/blobs', { processor_id: 'user-input', schema_id: 'text-input-v2', data: { content: DRAFT }, ...body });
  expect(reply.status, reply.text).toBe(201);
  return String(reply.body['id']);
}

/** A job on a new draft, or on this blob. */
async function ask(blobId?: string): Promise<string> {
  const reply = await author.send('POST', '/api/v1/jobs', { processor_id: 'text-expansion', blob_id: blobId ?? (await write(author, {})) });
  expect(reply.status, reply.text).toBe(202);
  return String(reply.body['id']);
}
const readJob = async (id: string) => (await author.send('GET', `/api/v1/jobs/${id}`)).body as { state: string; attempts: number; error?: { code: string }; output_id?: string };
const blobsOf = async (parentId: string) => (await author.send('GET', `/api/v1/blobs?parent_id=${parentId}`)).body['blobs'] as { id: string }[];
const untilState = async (id: string, state: string) => {
  await expect.poll(async () => (await readJob(id)).state, { interval: 25 }).toBe(state);
};

async function countRefusals(code: string): Promise<number> {
  const { text } = await server.anonymous.send('GET', '/metrics');
  return Number(new RegExp(`recto_refusals_total\\{from="worker",code="${code}"\\} (\\d+)`).exec(text)?.[1] ?? 0);
}

function expectProblem(reply: Reply, status: number, code: string): void {
  expect({ status: reply.status, code: reply.body['code'] }, reply.text).toEqual({ status, code });
  expect(validateProblem(reply.body), reply.text).toBe(true);
}

/** Takes this job: those that other tests left are not in the way, for they are over. */
async function takeJob(id: string): Promise<Run> {
  const run = await worker.take();
  expect(run.job.id).toBe(id);
  return run;
}

/** Takes it again, when it has failed and its time has come. */
async function takeAgain(id: string): Promise<Run> {
  await untilState(id, 'queued');
  clock.skip(RETRY_MS);
  return takeJob(id);
}

it('a job waits, not running, until a worker comes; then it is done, and its blob is there when the worker hears so', async () => {
  const id = await ask();
  expect(await readJob(id)).toMatchObject({ state: 'queued', attempts: 0 });
  const run = await takeJob(id);
  expect(run).toMatchObject({ blob: { data: { content: DRAFT } }, config: {}, lease_ms: LEASE_MS });
  expect((await worker.on(run, 'progress', { done: 1, total: 2, message: 'half' })).body).toEqual({ lease_ms: LEASE_MS, cancelled: false });
  const { body } = await worker.on(run, 'complete', RESULT);
  expect(await readJob(id)).toMatchObject({ state: 'done', attempts: 1, output_id: body['derived_id'] });
  expect((await author.send('GET', `/api/v1/blobs/${String(body['derived_id'])}`)).body).toMatchObject({ processor_id: 'text-expansion', parent_id: run.blob.id, data: RESULT.data });
});

describe('a token', () => {
  it('that is none, or a user’s, opens nothing here; a worker’s opens nothing else', async () => {
    const take = (caller: Caller) => caller.send('POST', '/api/v1/worker/jobs/take', { worker: 'x' });
    expectProblem(await take(server.anonymous), 401, 'unauthenticated');
    expectProblem(await take(author), 401, 'unauthenticated');
    expectProblem(await createHandWorker(server, 'recto-worker-AAAA').send('GET', '/api/v1/worker'), 401, 'unauthenticated');
    for (const path of ['/api/v1/blobs', '/api/v1/state', '/api/v1/jobs', '/api/v1/processors', '/api/v1/sync/blobs/pull']) expectProblem(await worker.send('GET', path), 401, 'unauthenticated');
    expect((await worker.send('GET', '/api/v1/worker')).body).toMatchObject({ processor: { id: 'text-expansion', output_schema_id: expect.any(String) } });
  });

  it('of another processor ends, reads and prolongs nothing', async () => {
    const other = createHandWorker(server, await addToken(server, 'book-compiler'));
    const before = await countRefusals('forbidden');
    const id = await ask();
    const run = await takeJob(id);
    for (const reply of [
      await other.on(run, 'progress', {}), await other.on(run, 'complete', RESULT), await other.on(run, 'fail', { code: 'processor_failed', message: 'x' }),
      await other.on(run, 'give-back', {}), await other.on(run, `blobs/${run.blob.id}`), await other.on(run, 'file?name=x.txt', 'x', 'PUT'),
    ]) expectProblem(reply, 403, 'forbidden');
    expect(await countRefusals('forbidden')).toBe(before + 6);
    expect((await readJob(id)).state).toBe('running');
    expect((await worker.on(run, 'complete', RESULT)).status).toBe(200);
  });

  it('that is revoked while its worker waits gets no job; the next worker does', async () => {
    const leaked = await addToken(server, 'text-expansion');
    const waiting = createHandWorker(server, leaked).send('POST', '/api/v1/worker/jobs/take', { worker: 'x', wait_ms: 20_000 });
    await expect.poll(async () => (await server.anonymous.send('GET', '/metrics')).text).toContain('recto_workers_waiting{processor="text-expansion"} 1');
    await revokeToken(server, leaked);
    const id = await ask();
    expectProblem(await waiting, 401, 'unauthenticated');
    const run = await takeJob(id);
    expect(await readJob(id)).toMatchObject({ attempts: 1 });
    await worker.on(run, 'complete', RESULT);
  });
});

describe('what a run took', () => {
  it('is refused where it is no number that can be added up; as large as it gets, it can be', async () => {
    const run = await takeJob(await ask());
    const used = { provider: 'p', model: 'm', input_tokens: 1, output_tokens: 1, cost: 1 };
    for (const more of [{ cost: -1 }, { input_tokens: -1 }, { input_tokens: 1.5 }, { cost: '1' }]) expectProblem(await worker.on(run, 'complete', { ...RESULT, usage: [{ ...used, ...more }] }), 422, 'schema_violation');
    const most = { ...used, input_tokens: 1e308, output_tokens: Number.MAX_SAFE_INTEGER, cost: 1e308 };
    expect((await worker.on(run, 'complete', { ...RESULT, usage: Array.from({ length: 2_000 }, () => most) })).status).toBe(200);
    const report = async () => (await author.send('GET', '/api/v1/usage')).body['usage'] as { answers: number; input_tokens: number; output_tokens: number; cost: number }[];
    await expect.poll(async () => (await report())?.find(({ answers }) => answers === 2_000)).toEqual(expect.objectContaining({ input_tokens: expect.any(Number) as number, output_tokens: expect.any(Number) as number, cost: expect.any(Number) as number }));
  });
});

describe('reading', () => {
  it('reaches the job’s blob, what it names and what is derived from these, and no other blob', async () => {
    const named = await write(author, { data: { content: 'Named.' } });
    const unrelated = await write(author, { data: { content: 'A diary.' } });
    const foreign = await write(stranger, { data: { content: 'Another’s.' } });
    const draft = await write(author, { data: { content: DRAFT, metadata: { book_id: named } } });
    const note = await write(author, { schema_id: 'note-v1', parent_id: named, data: { content: 'On what is named.' } });
    const run = await takeJob(await ask(draft));
    for (const id of [draft, named, note]) expect((await worker.on(run, `blobs/${id}`)).body['id']).toBe(id);
    expectProblem(await worker.on(run, `blobs/${unrelated}`), 403, 'forbidden');
    expectProblem(await worker.on(run, `blobs/${foreign}`), 404, 'not_found');
    expectProblem(await worker.on(run, 'blobs/nowhere'), 404, 'not_found');
    await worker.on(run, 'complete', RESULT);
    expectProblem(await worker.on(run, `blobs/${draft}`), 409, 'lease_lost');
  });
});

describe('an answer', () => {
  it('for someone else’s parent, or for one out of reach, is refused, and nothing of it is stored', async () => {
    const [unrelated, foreign] = [await write(author, {}), await write(stranger, {})];
    const id = await ask();
    const run = await takeJob(id);
    for (const parent_id of [unrelated, foreign, 'nowhere']) {
      const also = [{ parent_id, parent_version: 1, config: {}, schema_id: 'note-v1', data: { content: 'Mine now.' } }];
      expectProblem(await worker.on(run, 'complete', { ...RESULT, also }), 403, 'forbidden');
    }
    expect(await blobsOf(run.blob.id)).toEqual([]);
    expect((await stranger.send('GET', `/api/v1/blobs?parent_id=${foreign}`)).body['blobs']).toEqual([]);
    const also = [{ parent_id: run.blob.id, parent_version: run.blob.version, config: { part: 1 }, schema_id: 'note-v1', data: { content: 'On the way.' } }];
    expect((await worker.on(run, 'complete', { ...RESULT, also })).status).toBe(200);
    expect(await blobsOf(run.blob.id)).toHaveLength(2);
  });

  it('may not be what its processor takes up by itself: it would feed itself without end', async () => {
    const id = await ask();
    const run = await takeJob(id);
    const also = [{ parent_id: run.blob.id, parent_version: 1, config: {}, schema_id: 'text-input-v1', data: { content: DRAFT } }];
    expectProblem(await worker.on(run, 'complete', { ...RESULT, also }), 422, 'processor_output_invalid');
    await untilState(id, 'queued');
    expect(await blobsOf(run.blob.id)).toEqual([]);
    await worker.on(await takeJob(id), 'complete', RESULT);
  });

  it('that its schema rejects fails the attempt, and the worker hears where', async () => {
    const id = await ask();
    const run = await takeJob(id);
    const reply = await worker.on(run, 'complete', { schema_id: 'expanded-text-v1', data: { original: 1 } });
    expectProblem(reply, 422, 'processor_output_invalid');
    expect(reply.body['errors']).toContainEqual(expect.objectContaining({ path: '/original' }));
    await untilState(id, 'queued');
    expect(await readJob(id)).toMatchObject({ attempts: 1, error: { code: 'processor_output_invalid' } });
    expect(await blobsOf(run.blob.id)).toEqual([]);
    await worker.on(await takeAgain(id), 'complete', RESULT);
  });

  it('of another schema than the registered one is refused', async () => {
    const id = await ask();
    expectProblem(await worker.on(await takeJob(id), 'complete', { schema_id: 'note-v1', data: { content: 'A note.' } }), 422, 'processor_output_invalid');
    await worker.on(await takeAgain(id), 'complete', RESULT);
  });

  it('twice, after its lease, or after a cancellation changes nothing', async () => {
    const before = await countRefusals('lease_lost');
    const twice = await takeJob(await ask());
    await worker.on(twice, 'complete', RESULT);
    expectProblem(await worker.on(twice, 'complete', { ...RESULT, data: { ...RESULT.data, expanded: 'Another.' } }), 409, 'lease_lost');
    expect(await blobsOf(twice.blob.id)).toHaveLength(1);

    const late = await ask();
    const silent = await takeJob(late);
    clock.skip(LEASE_MS);
    await untilState(late, 'queued');
    expect(await readJob(late)).toMatchObject({ attempts: 1, error: { code: 'processor_crashed' } });
    expectProblem(await worker.on(silent, 'complete', RESULT), 409, 'lease_lost');
    const again = await takeAgain(late);
    expect(again.run_id).not.toBe(silent.run_id);
    expectProblem(await worker.on(silent, 'fail', { code: 'input_invalid', message: 'Late.' }), 409, 'lease_lost');
    await worker.on(again, 'complete', RESULT);

    const unwanted = await ask();
    const run = await takeJob(unwanted);
    await author.send('POST', `/api/v1/jobs/${unwanted}/cancel`);
    expect((await worker.on(run, 'progress', {})).body).toMatchObject({ cancelled: true });
    expectProblem(await worker.on(run, 'complete', RESULT), 409, 'lease_lost');
    expect((await readJob(unwanted)).state).toBe('cancelled');
    expect(await blobsOf(run.blob.id)).toEqual([]);
    expect(await countRefusals('lease_lost')).toBe(before + 4);
  });

  it('of 200 MB fails its job alone; the server holds no more of it than its limit', async () => {
    const [large, other] = [await takeJob(await ask()), await takeJob(await ask())];
    const before = process.memoryUsage().rss;
    const megabyte = Buffer.alloc(1024 * 1024, 'x');
    const body = (async function* () {
      yield Buffer.from('{"schema_id":"expanded-text-v1","data":{"expanded":"');
      for (let count = 0; count < 200; count++) yield megabyte;
    })();
    const address = `${server.url}/api/v1/worker/jobs/${large.job.id}/complete?run_id=${large.run_id}`;
    const sent = fetch(address, { method: 'POST', duplex: 'half', body: body as never, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' } } as RequestInit);
    // The server may close the connection before all of it is sent.
    const status = await sent.then((reply) => reply.status, () => 413);
    expect(status).toBe(413);
    await untilState(large.job.id, 'dead');
    expect(await readJob(large.job.id)).toMatchObject({ attempts: 1, error: { code: 'too_large' } });
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 * 1024);
    expect((await worker.on(other, 'complete', RESULT)).status).toBe(200);
  });

  it('that is garbage is refused, and the run goes on', async () => {
    const run = await takeJob(await ask());
    expectProblem(await worker.on(run, 'complete', 'no JSON', 'POST'), 400, 'malformed');
    for (const body of [{}, [], { schema_id: 'expanded-text-v1' }, { ...RESULT, data: 'text' }, { ...RESULT, more: 1 }, { ...RESULT, tags: 'a' }]) {
      expectProblem(await worker.on(run, 'complete', body), 422, 'schema_violation');
    }
    const deep = `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`;
    expectProblem(await worker.on(run, 'complete', `{"schema_id":"expanded-text-v1","data":${deep}}`, 'POST'), 422, 'schema_violation');
    expectProblem(await worker.send('POST', `/api/v1/worker/jobs/${run.job.id}/complete`, RESULT), 400, 'malformed');
    expectProblem(await worker.send('POST', `/api/v1/worker/jobs/other/complete?run_id=${run.run_id}`, RESULT), 409, 'lease_lost');
    expectProblem(await worker.on(run, 'progress', { done: 'much', total: 1 }), 422, 'schema_violation');
    for (const body of [{}, { worker: '' }, { worker: 'x', wait_ms: 1 }, { worker: 'x', wait_ms: 60_000 }]) expectProblem(await worker.send('POST', '/api/v1/worker/jobs/take', body), 422, 'schema_violation');
    expect((await worker.on(run, 'complete', RESULT)).status).toBe(200);
  });
});

describe('a failure', () => {
  it('with a code that is no processor’s is one of the processor; a retry keeps what was told', async () => {
    const id = await ask();
    const reply = await worker.on(await takeJob(id), 'fail', { code: 'token_expired', message: 'Out of paper.' });
    expect(reply.status).toBe(204);
    await untilState(id, 'queued');
    expect(await readJob(id)).toMatchObject({ attempts: 1, error: { code: 'processor_failed', message: 'Out of paper.' } });
    await worker.on(await takeAgain(id), 'fail', { code: 'input_invalid', message: 'Never.' });
    await untilState(id, 'dead');
    expect(await readJob(id)).toMatchObject({ attempts: 2, error: { code: 'input_invalid', message: 'Never.' } });
  });
});

it('a run that is given back goes to the next worker, and its attempt counts once', async () => {
  const id = await ask();
  expect((await worker.on(await takeJob(id), 'give-back', {})).status).toBe(204);
  await worker.on(await takeJob(id), 'complete', RESULT);
  expect(await readJob(id)).toMatchObject({ state: 'done', attempts: 1 });
});

describe('a file', () => {
  it('that breaks off, stalls, or comes beside another one leaves nothing on the disk', async () => {
    const id = await ask();
    const run = await takeJob(id);
    const { hostname, port } = new URL(server.url);
    const receiving = () => readdirSync(join(server.dataDir, 'attachments', 'receiving'));
    const begin = async (): Promise<Socket> => {
      const socket = connect(Number(port), hostname).on('error', () => {});
      await once(socket, 'connect');
      socket.write(`PUT /api/v1/worker/jobs/${id}/file?run_id=${run.run_id}&name=a.txt HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: text/plain\r\nContent-Length: 1000000\r\n\r\nshort`);
      await expect.poll(receiving).not.toEqual([]);
      return socket;
    };
    (await begin()).destroy();
    await expect.poll(receiving).toEqual([]);
    const stalled = [await begin(), await begin(), await begin()];
    await expect.poll(receiving).toHaveLength(1);
    // Nothing more of it comes: its worker's lease ends, and so does it.
    clock.skip(LEASE_MS);
    await untilState(id, 'queued');
    await expect.poll(receiving).toEqual([]);
    for (const socket of stalled) socket.destroy();
    await worker.on(await takeAgain(id), 'complete', RESULT);
  });

  it('of 200 MB is refused while it comes, and fails its job; a name with a path, or no type, is refused', async () => {
    // Before the job is taken: nothing here may cost its lease.
    const large = new Uint8Array(200 * 1024 * 1024);
    const run = await takeJob(await ask());
    const send = (query: string, body: BodyInit, type = 'text/plain') =>
      fetch(`${server.url}/api/v1/worker/jobs/${run.job.id}/file?run_id=${run.run_id}&${query}`, { method: 'PUT', body, headers: { authorization: `Bearer ${token}`, 'content-type': type } });
    for (const name of ['', '..%2Fx', 'a%5Cb', 'a%00']) expect((await send(`name=${name}`, 'x')).status, name).toBe(400);
    expect((await send('name=x.txt', 'x', 'nonsense')).status).toBe(415);
    expect(await (await send('name=x.txt', 'bytes')).json()).toEqual({ sha256: '277089d91c0bdf4f2e6862ba7e4a07605119431f5d13f726dd352b06f1b206a9', size: 5 });
    const status = await send('name=x.txt', large).then((reply) => reply.status, () => 413);
    expect(status).toBe(413);
    await untilState(run.job.id, 'dead');
    expect(await readJob(run.job.id)).toMatchObject({ attempts: 1, error: { code: 'too_large' } });
  });
});
