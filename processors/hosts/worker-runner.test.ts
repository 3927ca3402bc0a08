import { expect, it } from 'vitest';
import { runRunnerAcceptance } from './runner.acceptance.ts';
import { startNodeWorker } from './test-support/node-worker.ts';
import { createWorkerRunner } from './worker-runner.ts';

const script = new URL('./test-support/acceptance-worker.ts', import.meta.url);

runRunnerAcceptance('web worker', {
  isolated: true,
  create: (aiSettings) => createWorkerRunner({ startWorker: () => startNodeWorker(script), aiSettings }),
});

it('fails a run whose worker can’t be started', async () => {
  const runner = createWorkerRunner({
    aiSettings: () => ({ provider: 'built-in' }),
    startWorker: () => startNodeWorker(new URL('./test-support/no-such-worker.ts', import.meta.url)),
  });
  const blob = { id: 'b', user_id: 'u', processor_id: 'p', schema_id: 's', data: {}, tags: [], version: 1, created_at: '', updated_at: '', deleted: false };
  const run = runner.run({ jobId: 'j', processorId: 'echo', blob, config: {} }, { signal: new AbortController().signal, onProgress() {}, readBlob: async () => null });
  await expect(run).rejects.toMatchObject({ code: 'processor_crashed' });
});
