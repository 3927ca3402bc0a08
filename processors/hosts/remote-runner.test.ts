import { beforeEach, expect, it } from 'vitest';
import type { Blob } from '#schemas/blob.ts';
import { RectoError } from '#schemas/errors.ts';
import type { RunOptions } from '../contract/runner.ts';
import { createRemoteRunner, type RemoteRunner, type RunKey, type TakenRun } from './remote-runner.ts';

const at = '2026-01-01T00:00:00.000Z';
const blob: Blob = { id: 'b', user_id: 'u', processor_id: 'user-input', schema_id: 'text-input-v2', data: {}, tags: [], version: 1, created_at: at, updated_at: at, deleted: false };
const OUTPUT = { schema_id: 'note-v1', data: { content: 'done' } };
const LEASE_MS = 30_000;

/** Time that passes when it is told to. */
function createClock() {
  let now = 0;
  const timers = new Map<() => void, number>();
  return {
    now: () => now,
    after: (ms: number, callback: () => void) => {
      const timer = (): void => callback();
      timers.set(timer, now + ms);
      return () => void timers.delete(timer);
    },
    pass(ms: number) {
      now += ms;
      for (const [timer, due] of timers) if (due <= now && timers.delete(timer)) timer();
    },
  };
}

let clock: ReturnType<typeof createClock>;
let remote: RemoteRunner;
let released: string[];
let cancelled: RunKey[];
let ids: number;

beforeEach(() => {
  clock = createClock();
  released = [];
  cancelled = [];
  ids = 0;
  remote = createRemoteRunner({
    clock,
    newId: () => `run-${(ids += 1)}`,
    leaseMs: LEASE_MS,
    files: { receive: async () => ({ sha256: 'hash', sizeBytes: 1 }), release: async ({ sha256 }) => void released.push(sha256) },
    onCancelled: (key) => void cancelled.push(key),
  });
});

const run = (options: Partial<RunOptions> = {}, jobId = 'job') => {
  const ended = remote.run({ jobId, processorId: 'p', blob, config: {} }, { signal: new AbortController().signal, onProgress() {}, readBlob: async () => null, ...options });
  ended.catch(() => undefined);
  return ended;
};
const take = (signal = new AbortController().signal) => remote.take('p', { worker: 'w', waitMs: 1_000, signal });
const keyOf = ({ runId, request }: TakenRun): RunKey => ({ runId, jobId: request.jobId, processorId: 'p' });
async function* bytes(): AsyncGenerator<Uint8Array> {
  yield new Uint8Array(1);
}

it('hands a run to a worker that waits, the one that waits longest first; a wait ends empty', async () => {
  const [first, second, third] = [take(), take(), take()];
  expect(remote.waiting('p')).toBe(3);
  void run({}, 'a');
  void run({}, 'b');
  expect([(await first)?.request.jobId, (await second)?.request.jobId, remote.waiting('p')]).toEqual(['a', 'b', 1]);
  clock.pass(1_000);
  expect([await third, remote.waiting('p')]).toEqual([null, 0]);
});

it('forgets a worker that hangs up', async () => {
  const line = new AbortController();
  const waiting = take(line.signal);
  line.abort();
  expect([await waiting, remote.waiting('p')]).toEqual([null, 0]);
});

it('fails a run that no worker takes, so that it is tried again', async () => {
  const ended = run();
  expect(remote.waiting('p')).toBe(-1);
  clock.pass(LEASE_MS);
  await expect(ended).rejects.toMatchObject({ code: 'unavailable' });
  expect(remote.waiting('p')).toBe(0);
});

it('a worker that is heard of keeps its run for as long as it takes; a silent one loses it', async () => {
  const ended = run();
  const key = keyOf((await take())!);
  for (let beat = 0; beat < 10; beat++) {
    clock.pass(LEASE_MS - 1);
    expect(remote.progress(key, null)).toEqual({ leaseMs: LEASE_MS, cancelled: false });
  }
  clock.pass(LEASE_MS);
  await expect(ended).rejects.toMatchObject({ code: 'processor_crashed', message: expect.stringContaining('“w”') });
  await expect(remote.complete(key, OUTPUT, [])).rejects.toMatchObject({ code: 'lease_lost' });
});

it('a run that was given back is another’s, under another name', async () => {
  const ended = run();
  const first = keyOf((await take())!);
  remote.giveBack(first);
  const second = keyOf((await take())!);
  expect(second.runId).not.toBe(first.runId);
  expect(() => remote.giveBack(first)).toThrow(expect.objectContaining({ code: 'lease_lost' }));
  await remote.complete(second, OUTPUT, []);
  await expect(ended).resolves.toEqual(OUTPUT);
});

it('of two answers at the same moment one counts', async () => {
  const ended = run();
  const key = keyOf((await take())!);
  const answers = await Promise.allSettled([remote.complete(key, OUTPUT, []), remote.complete(key, { ...OUTPUT, data: { content: 'other' } }, [])]);
  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  await expect(ended).resolves.toEqual(OUTPUT);
});

it('tells a worker of a cancellation until its lease ends, and drops its file', async () => {
  const abort = new AbortController();
  const ended = run({ signal: abort.signal });
  const key = keyOf((await take())!);
  await remote.receiveFile(key, { name: 'f', mediaType: 'text/plain', bytes: bytes() });
  abort.abort();
  await expect(ended).rejects.toMatchObject({ code: 'cancelled' });
  expect([cancelled, released]).toEqual([[key], ['hash']]);
  expect(remote.progress(key, null).cancelled).toBe(true);
  clock.pass(LEASE_MS);
  expect(() => remote.progress(key, null)).toThrow(expect.objectContaining({ code: 'lease_lost' }));
});

it('an answer whose job is cancelled while it is checked is told so at once', async () => {
  const abort = new AbortController();
  const asked: string[] = [];
  remote = createRemoteRunner({
    clock, newId: () => 'run', leaseMs: LEASE_MS,
    files: { receive: async () => ({ sha256: 'hash', sizeBytes: 1 }), release: async ({ sha256 }) => void released.push(sha256) },
    checkOutput: async () => abort.abort(),
    // Nothing more is heard of a job that has ended.
    outcomeOf: (jobId) => new Promise(() => void asked.push(jobId)),
  });
  const ended = run({ signal: abort.signal });
  const key = keyOf((await take())!);
  await remote.receiveFile(key, { name: 'f', mediaType: 'text/plain', bytes: bytes() });
  await expect(remote.complete(key, OUTPUT, [])).rejects.toMatchObject({ code: 'lease_lost' });
  await expect(ended).rejects.toMatchObject({ code: 'cancelled' });
  expect([asked, released]).toEqual([[], ['hash']]);
});

it('a run that is aborted while it is offered is handed to nobody', async () => {
  const abort = new AbortController();
  const ended = run({ signal: abort.signal });
  abort.abort();
  await expect(ended).rejects.toMatchObject({ code: 'cancelled' });
  const waiting = take();
  clock.pass(1_000);
  expect(await waiting).toBeNull();
});

it('a file goes with the answer, is replaced by a second one, and is let go when the answer is stored', async () => {
  const ended = run();
  const key = keyOf((await take())!);
  const file = { name: 'f', mediaType: 'text/plain' };
  await remote.receiveFile(key, { ...file, bytes: bytes() });
  await remote.receiveFile(key, { ...file, bytes: bytes() });
  expect(released).toEqual(['hash']);
  await remote.complete(key, OUTPUT, []);
  await expect(ended).resolves.toEqual({ ...OUTPUT, file: { ...file, sha256: 'hash', sizeBytes: 1 } });
  expect(released).toEqual(['hash', 'hash']);
});

it('what was paid for is told, of a run that fails too', async () => {
  const used: unknown[] = [];
  const ended = run({ onUsage: (usage) => void used.push(usage) });
  const usage = { provider: 'p', model: 'm', input_tokens: 1, output_tokens: 2, cost: null };
  remote.fail(keyOf((await take())!), new RectoError('provider_failed', 'Gone.'), [usage]);
  await expect(ended).rejects.toMatchObject({ code: 'provider_failed' });
  expect(used).toEqual([usage]);
});

it('when the server stops, workers that wait hear nothing, and none may wait; what is held goes on', async () => {
  const ended = run();
  const key = keyOf((await take())!);
  const waiting = take();
  remote.hangUp();
  expect(await waiting).toBeNull();
  await expect(take()).rejects.toMatchObject({ code: 'unavailable' });
  await remote.complete(key, OUTPUT, []);
  await expect(ended).resolves.toEqual(OUTPUT);
});
