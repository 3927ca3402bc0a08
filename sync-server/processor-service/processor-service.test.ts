import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeJob } from '#processors/orchestrator/job-store.acceptance.ts';
import { MANIFESTS, PROCESSORS } from '#processors/registry.ts';
import { RectoError } from '#schemas/errors.ts';
import { openDatabase, type Database } from '../db/database.ts';
import { createSocketHub } from '../events/socket-hub.ts';
import { createMetrics } from '../metrics.ts';
import { systemClock } from '../system-clock.ts';
import { createAttachments } from '../state-service/attachments.ts';
import { createBlobStore, type BlobStore } from '../state-service/blob-store.ts';
import { checkWorkers, createProcessorService, type ProcessorService, type ProcessorServiceOptions } from './processor-service.ts';
import { createRegistries } from './registries.ts';
import { createServiceTokens } from './service-tokens.ts';
import { createSqlJobStore } from './sql-job-store.ts';

let folder: string;
let database: Database;
let store: BlobStore;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recto-processors-'));
  database = openDatabase(join(folder, 'recto.db'));
  store = createBlobStore({ database, onCommit() {} });
});
afterEach(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

function createService(options: Partial<ProcessorServiceOptions>): ProcessorService {
  return createProcessorService({
    database, store, attachments: createAttachments({ database, folder: join(folder, 'attachments'), limit: 1024 }), hub: createSocketHub(database.epoch), metrics: createMetrics(), tokens: createServiceTokens(database, Date.now), registries: createRegistries({ database, shipped: MANIFESTS, now: Date.now }), workers: 'all', workerLeaseMs: 30_000, ai: () => ({ provider: 'built-in' }), clock: systemClock, onFailure() {}, ...options,
  });
}

it('the setting names the processors that run; a name that is none is refused', () => {
  for (const workers of ['all', 'none', ['book-compiler']] as const) expect(() => checkWorkers(PROCESSORS, workers)).not.toThrow();
  expect(() => checkWorkers(PROCESSORS, ['book-compiler', 'typewriter'])).toThrow(/RECTO_WORKERS.*typewriter.*text-expansion/);
});

it('runs only what it was told to, and knows of the others', async () => {
  const service = createService({ workers: ['book-compiler'] });
  expect(service.manifests).toHaveLength(PROCESSORS.length);
  expect([service.runs('book-compiler'), service.runs('text-expansion')]).toEqual([true, false]);
  const draft = { type: 'blob.created', blob_id: 'b', user_id: 'u', schema_id: 'text-input-v1', processor_id: 'user-input', version: 1 } as const;
  expect(service.takesUp(draft)).toBe(false);
  await service.orchestrator.handleEvent(draft);
  expect(database.sqlite.prepare('SELECT count(*) FROM jobs').pluck().get()).toBe(0);
  await service.stop();
});

it('what an earlier life of the server was running is taken up at once, and its attempt is told', async () => {
  const at = '2026-01-01T00:00:00.000Z';
  await store.write('u', ({ put }) =>
    put({ id: 'left', user_id: 'u', processor_id: 'user-input', schema_id: 'text-input-v2', data: { content: 'The ship sailed.' }, tags: [], version: 1, created_at: at, updated_at: at, deleted: false }));
  const earlier = createSqlJobStore(database);
  const now = Date.now();
  await earlier.add(makeJob('job', { user_id: 'u', processor_id: 'text-expansion', blob_id: 'left', not_before: now, created_at: now, updated_at: now }));
  await earlier.take({ now, leaseMs: 3_600_000, free: new Map([['text-expansion', 1]]), perUser: Infinity });

  const service = createService({});
  service.start();
  await expect.poll(() => database.sqlite.prepare('SELECT state, attempts FROM jobs').get(), { interval: 20 }).toEqual({ state: 'done', attempts: 2 });
  expect((await service.records.failuresOf(['job'])).get('job')).toMatchObject([{ attempt: 1, code: 'processor_crashed' }]);
  await service.stop();
});

it('a store of jobs that fails is told of, and asked again', async () => {
  let tell = (_error: unknown): void => {};
  const failure = new Promise<unknown>((resolve) => (tell = resolve));
  const service = createService({ onFailure: (error) => tell(error) });
  const id = 'the-draft';
  const at = '2026-01-01T00:00:00.000Z';
  await store.write('u', ({ put }) =>
    put({ id, user_id: 'u', processor_id: 'user-input', schema_id: 'text-input-v2', data: { content: 'The ship sailed.' }, tags: [], version: 1, created_at: at, updated_at: at, deleted: false }));
  const { id: jobId } = await service.orchestrator.enqueue({ user_id: 'u', processor_id: 'text-expansion', blob_id: id, blob_version: 1, config: {} });
  database.sqlite.exec('ALTER TABLE jobs RENAME TO jobs_away');
  service.start();
  expect(await failure).toBeInstanceOf(RectoError);
  expect(await failure).toMatchObject({ code: 'storage_failed' });

  database.sqlite.exec('ALTER TABLE jobs_away RENAME TO jobs');
  await expect.poll(() => database.sqlite.prepare('SELECT state FROM jobs WHERE id = ?').pluck().get(jobId), { interval: 20 }).toBe('done');
  await service.stop();
});
