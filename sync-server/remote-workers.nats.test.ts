/** Where there is NATS, idle workers wait for its bell: Recto's own and one that imports nothing of Recto. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { MODEL, startScriptedOpenAiServer, type ScriptedServer } from '#processors/ai-service/test-support/scripted-openai-server.ts';
import { startChild, startChildWorker, type ChildWorker } from './test-support/child-worker.ts';
import { startNats, type TestNats } from './test-support/nats-server.ts';
import { startTestServer, type Caller, type TestServer } from './test-support/test-server.ts';
import { addToken } from './test-support/worker-client.ts';

const EXAMPLE = fileURLToPath(new URL('../docs/examples/reading-time', import.meta.url));

let nats: TestNats;
let model: ScriptedServer;
let server: TestServer;
let author: Caller;
const children: ChildWorker[] = [];

beforeAll(async () => {
  nats = await startNats();
  model = await startScriptedOpenAiServer();
  server = await startTestServer({ workers: 'none', nats: { url: nats.url, publicUrl: nats.url, dir: nats.dir } });
  author = await server.signUp();
});
afterEach(async () => {
  await Promise.all(children.splice(0).map((child) => child.kill('SIGKILL')));
});
afterAll(async () => {
  await server.close();
  await model.close();
  await nats.stop();
});

async function write(): Promise<string> {
  const { body } = await author.send('POST', '/api/v1/blobs', { processor_id: 'user-input', schema_id: 'text-input-v1', data: { content: 'The ship sailed into the storm.' } });
  return String(body['id']);
}
async function untilMade(blobId: string, schemaId: string): Promise<void> {
  const path = `/api/v1/blobs?parent_id=${blobId}&schema_id=${schemaId}`;
  await expect.poll(async () => ((await author.send('GET', path)).body['blobs'] as unknown[]).length, { interval: 20 }).toBe(1);
}
/** Workers that wait at the server's own door now. */
async function countWaiting(processorId: string): Promise<number> {
  const { text } = await server.anonymous.send('GET', '/metrics');
  return Number(new RegExp(`recto_workers_waiting\\{processor="${processorId}"\\} (\\d+)`).exec(text)?.[1]);
}

it('the example hears of work on NATS, and keeps no request open meanwhile', async () => {
  const administrator = await server.signUpAdministrator();
  await administrator.send('POST', '/api/v1/processors', readFileSync(join(EXAMPLE, 'registration.yaml')), { 'content-type': 'application/yaml' });
  const worker = startChild([join(EXAMPLE, 'worker.mjs')], { RECTO_API_URL: server.url, RECTO_WORKER_TOKEN: await addToken(server, 'reading-time') });
  children.push(worker);
  await worker.says('woken by NATS');
  await expect.poll(() => countWaiting('reading-time'), { interval: 50 }).toBe(0);
  await untilMade(await write(), 'reading-time-v1');
  const { code, stderr } = await worker.kill('SIGTERM');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

/** Cancels a run whose model says nothing more. @returns how long it was until the worker had made the next one */
async function cancelStalled(): Promise<number> {
  model.script({ kind: 'stall' });
  const asked = model.requests.length;
  const stalled = await write();
  await model.received(asked + 1);
  const jobs = (await author.send('GET', '/api/v1/jobs')).body['jobs'] as { id: string; blob_id: string; processor_id: string }[];
  const { id } = jobs.find((job) => job.blob_id === stalled && job.processor_id === 'text-expansion')!;
  const cancelledAt = performance.now();
  await author.send('POST', `/api/v1/jobs/${id}/cancel`);
  await untilMade(await write(), 'expanded-text-v1');
  return performance.now() - cancelledAt;
}

it('Recto’s own too; a cancellation reaches a running job at once; without nats-server it goes on at the server’s door', async () => {
  const worker = startChildWorker('text-expansion', {
    RECTO_API_URL: server.url, RECTO_WORKER_TOKEN: await addToken(server, 'text-expansion'), RECTO_WORKER_CONCURRENCY: '1',
    RECTO_AI_PROVIDER: 'openai-compatible', RECTO_AI_BASE_URL: model.url, RECTO_AI_MODEL: MODEL,
  });
  children.push(worker);
  await worker.says('Working on text-expansion');
  await untilMade(await write(), 'expanded-text-v1');
  await expect.poll(() => countWaiting('text-expansion'), { interval: 50 }).toBe(0);

  // Its heartbeat alone would take five seconds, each time; a busy machine may take as long, but not always.
  let tookMs = Infinity;
  for (let round = 0; round < 5 && tookMs > 4_000; round += 1) tookMs = await cancelStalled();
  expect(tookMs).toBeLessThan(4_000);

  await nats.kill();
  const { body: draft } = await author.send('POST', '/api/v1/blobs', { processor_id: 'user-input', schema_id: 'text-input-v2', data: { content: 'The ship sank.' } });
  await author.send('POST', '/api/v1/jobs', { processor_id: 'text-expansion', blob_id: draft['id'] });
  await untilMade(String(draft['id']), 'expanded-text-v1');
});
