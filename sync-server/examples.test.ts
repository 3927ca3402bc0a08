/** The processor of docs/examples is registered, listed and run as its README says, by a server that was not changed for it. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startChild, type ChildWorker } from './test-support/child-worker.ts';
import { startTestServer, type Caller, type TestServer } from './test-support/test-server.ts';
import { addToken } from './test-support/worker-client.ts';

const FOLDER = fileURLToPath(new URL('../docs/examples/reading-time', import.meta.url));

let server: TestServer;
let author: Caller;
let administrator: Caller;
const children: ChildWorker[] = [];

beforeAll(async () => {
  server = await startTestServer();
  author = await server.signUp();
  administrator = await server.signUpAdministrator();
});
afterAll(async () => {
  await Promise.all(children.map((child) => child.kill('SIGKILL')));
  await server.close();
});

const register = (caller: Caller) => caller.send('POST', '/api/v1/processors', readFileSync(join(FOLDER, 'registration.yaml')), { 'content-type': 'application/yaml' });

it('registers, works, is listed beside Recto’s own, and ends at SIGTERM', async () => {
  expect((await register(author)).status).toBe(403);
  const registered = await register(administrator);
  expect(registered.status, registered.text).toBe(201);

  const worker = startChild([join(FOLDER, 'worker.mjs')], { RECTO_API_URL: server.url, RECTO_WORKER_TOKEN: await addToken(server, 'reading-time') });
  children.push(worker);
  await worker.says('Working on reading-time');
  const listed = (await author.send('GET', '/api/v1/processors')).body['processors'] as { id: string; active: boolean; name: string }[];
  expect(listed.map(({ id }) => id)).toEqual(expect.arrayContaining(['text-expansion', 'book-compiler', 'pitch-builder', 'reading-time']));
  expect(listed.find(({ id }) => id === 'reading-time')).toMatchObject({ name: 'Reading time', active: true });

  const content = 'Call me Ishmael. Some years ago, never mind how long precisely, I thought I would sail about a little.';
  const { body: draft } = await author.send('POST', '/api/v1/blobs', { processor_id: 'user-input', schema_id: 'text-input-v1', data: { content } });
  const made = async () => (await author.send('GET', `/api/v1/blobs?parent_id=${String(draft['id'])}&schema_id=reading-time-v1`)).body['blobs'] as { processor_id: string; data: object }[];
  await expect.poll(made, { interval: 50 }).toHaveLength(1);
  expect((await made())[0]).toMatchObject({
    processor_id: 'reading-time',
    data: { words: 19, minutes: 0.08, minutes_aloud: 0.1, longest_sentence: 'Some years ago, never mind how long precisely, I thought I would sail about a little.' },
  });

  const job = await author.send('POST', '/api/v1/jobs', { processor_id: 'reading-time', blob_id: draft['id'], config: { words_per_minute: 100 } });
  expect(job.status, job.text).toBe(202);
  await expect.poll(async () => (await made()).map(({ data }) => (data as { minutes: number }).minutes).toSorted(), { interval: 50 }).toEqual([0.08, 0.19]);
  const { code, stderr } = await worker.kill('SIGTERM');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

it('waits for a server that is away, and ends with a sentence where its token is wrong', async () => {
  const early = startChild([join(FOLDER, 'worker.mjs')], { RECTO_API_URL: 'http://127.0.0.1:1', RECTO_WORKER_TOKEN: 'none' });
  children.push(early);
  await early.says('Working on reading-time');
  expect((await early.kill('SIGTERM')).code).toBe(0);

  const refused = startChild([join(FOLDER, 'worker.mjs')], { RECTO_API_URL: server.url, RECTO_WORKER_TOKEN: 'none' });
  children.push(refused);
  const { code, stderr } = await refused.ended;
  expect(stderr).toMatch(/^The service token is not valid here[^\n]*\n$/);
  expect(code).toBe(1);
});
