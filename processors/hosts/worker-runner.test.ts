import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RunOptions, RunRequest } from '../contract/runner.ts';
import { runRunnerAcceptance } from './runner.acceptance.ts';
import { startNodeWorker } from './test-support/node-worker.ts';
import { createWorkerRunner } from './worker-runner.ts';

const script = new URL('./test-support/acceptance-worker.ts', import.meta.url);

runRunnerAcceptance('web worker', {
  isolated: true,
  create: (aiSettings) => createWorkerRunner({ startWorker: () => startNodeWorker(script), aiSettings }),
});

const blob = { id: 'b', user_id: 'u', processor_id: 'p', schema_id: 's', data: {}, tags: [], version: 1, created_at: '', updated_at: '', deleted: false };
const requestOf = (processorId: string): RunRequest => ({ jobId: 'j', processorId, blob, config: {} });
const options = (): RunOptions => ({ signal: new AbortController().signal, onProgress() {}, readBlob: async () => null });

it('fails a run whose worker can’t be started', async () => {
  const runner = createWorkerRunner({
    aiSettings: () => ({ provider: 'built-in' }),
    startWorker: () => startNodeWorker(new URL('./test-support/no-such-worker.ts', import.meta.url)),
  });
  const run = runner.run(requestOf('echo'), options());
  await expect(run).rejects.toMatchObject({ code: 'processor_crashed' });
});

describe('workers that have nothing to do', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
  afterEach(() => void vi.useRealTimers());

  it('stay as long as they would be needed again, then one does, and none after a long quiet', async () => {
    const alive = new Set<Worker>();
    const runner = createWorkerRunner({
      aiSettings: () => ({ provider: 'built-in' }),
      idleMs: 5_000,
      quietMs: 60_000,
      startWorker: () => {
        const worker = startNodeWorker(script);
        const terminate = worker.terminate.bind(worker);
        worker.terminate = () => void (alive.delete(worker), terminate());
        alive.add(worker);
        return worker;
      },
    });
    const runAtOnce = (count: number) => Promise.all(Array.from({ length: count }, () => runner.run(requestOf('echo'), options())));
    await runAtOnce(3);
    for (let burst = 0; burst < 3; burst++) {
      vi.advanceTimersByTime(4_000);
      await runAtOnce(2);
    }
    // The third has rested for twelve seconds.
    expect(alive.size).toBe(2);
    vi.advanceTimersByTime(59_000);
    expect(alive.size).toBe(1);
    await runAtOnce(1);
    vi.advanceTimersByTime(59_000);
    expect(alive.size).toBe(1);
    vi.advanceTimersByTime(1_000);
    expect(alive.size).toBe(0);
    await runAtOnce(1);
    expect(alive.size).toBe(1);
    await runner.dispose();
  });
});
