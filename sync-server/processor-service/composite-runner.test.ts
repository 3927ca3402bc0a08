import { beforeEach, expect, it } from 'vitest';
import type { Blob } from '#schemas/blob.ts';
import type { ProcessorRunner } from '#processors/contract/runner.ts';
import { createRemoteRunner, type RemoteRunner } from '#processors/hosts/remote-runner.ts';
import { makeJob } from '#processors/orchestrator/job-store.acceptance.ts';
import { createCompositeRunner, type CompositeRunner } from './composite-runner.ts';

const at = '2026-01-01T00:00:00.000Z';
const blob: Blob = { id: 'b', user_id: 'u', processor_id: 'user-input', schema_id: 'text-input-v2', data: {}, tags: [], version: 1, created_at: at, updated_at: at, deleted: false };
const OUTPUT = { schema_id: 'note-v1', data: { content: 'by the server itself' } };
const options = { signal: new AbortController().signal, onProgress() {}, readBlob: async () => null };
const request = (processorId: string, jobId = 'job') => ({ jobId, processorId, blob, config: {} });

let now: number;
let remote: RemoteRunner;
let runner: CompositeRunner;

beforeEach(() => {
  now = 0;
  remote = createRemoteRunner({ clock: { now: () => now, after: () => () => {} }, newId: () => 'run', files: { receive: async () => ({ sha256: '', sizeBytes: 0 }), release: async () => {} } });
  const local: ProcessorRunner = { run: async () => OUTPUT, dispose: async () => {} };
  runner = createCompositeRunner({ local, remote, limits: (id) => ({ local: id === 'both' ? 2 : 0, total: id === 'bounded' ? 1 : Infinity }), now: () => now });
});

const wait = (processorId: string) => remote.take(processorId, { worker: 'w', waitMs: 1_000, signal: new AbortController().signal });

it('prefers a worker that waits, and does itself what no one waits for', async () => {
  expect(await runner.run(request('both'), options)).toEqual(OUTPUT);
  const taken = wait('both');
  const ended = runner.run(request('both', 'second'), options);
  expect((await taken)?.request.jobId).toBe('second');
  await remote.complete({ processorId: 'both', jobId: 'second', runId: 'run' }, { schema_id: 'note-v1', data: {} }, []);
  expect(await ended).toEqual({ schema_id: 'note-v1', data: {} });
});

it('has room for as many jobs of a processor elsewhere as workers wait, less those on their way to one', async () => {
  expect([runner.capacity('both'), runner.capacity('elsewhere')]).toEqual([2, 0]);
  void wait('elsewhere');
  void wait('elsewhere');
  expect(runner.capacity('elsewhere')).toBe(2);
  const job = makeJob('first', { processor_id: 'elsewhere', state: 'running' });
  runner.noteJob(job);
  expect(runner.capacity('elsewhere')).toBe(1);
  runner.run(request('elsewhere', 'first'), options).catch(() => undefined);
  expect([remote.waiting('elsewhere'), runner.capacity('elsewhere')]).toEqual([1, 1]);
  runner.noteJob({ ...job, id: 'second' });
  expect(runner.capacity('elsewhere')).toBe(0);
  runner.noteJob({ ...job, id: 'second', state: 'cancelled' });
  expect(runner.capacity('elsewhere')).toBe(1);
  runner.noteJob({ ...job, id: 'third' });
  now += 61_000;
  expect(runner.capacity('elsewhere')).toBe(1);
});

it('adds the server’s own processes to the workers that wait, up to what its registration allows in all', async () => {
  void wait('both');
  expect(runner.capacity('both')).toBe(3);
  runner.noteJob(makeJob('first', { processor_id: 'both', state: 'running' }));
  expect(runner.capacity('both')).toBe(2);
  void wait('bounded');
  void wait('bounded');
  expect(runner.capacity('bounded')).toBe(1);
  const ended = runner.run(request('bounded'), options);
  expect(runner.capacity('bounded')).toBe(0);
  await remote.complete({ processorId: 'bounded', jobId: 'job', runId: 'run' }, OUTPUT, []);
  await ended;
  expect(runner.capacity('bounded')).toBe(1);
});
