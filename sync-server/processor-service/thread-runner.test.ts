import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ProcessorRunner, RunRequest } from '#processors/contract/runner.ts';
import { createThreadRunner } from './thread-runner.ts';

let runner: ProcessorRunner;

beforeEach(() => {
  runner = createThreadRunner(() => ({ provider: 'built-in' }));
});
afterEach(() => runner.dispose());

function expansionOf(content: string): RunRequest {
  const blob = {
    id: 'b1', user_id: 'u1', processor_id: 'user-input', schema_id: 'text-input-v2', data: { content }, tags: [], version: 1,
    created_at: '2026-01-01T00:00:00.000Z', updated_at: '2026-01-01T00:00:00.000Z', deleted: false,
  };
  return { jobId: 'j1', processorId: 'text-expansion', blob, config: {} };
}

const options = (signal = new AbortController().signal) => ({ signal, onProgress() {}, readBlob: async () => null });

it('expands a draft', async () => {
  const { schema_id, data } = await runner.run(expansionOf('The ship sailed into the storm.'), options());
  expect(schema_id).toBe('expanded-text-v1');
  expect(data['expanded']).toContain('The ship sailed into the storm.');
});

it('a processor that takes more and more memory loses its thread, and the next run has another', async () => {
  const small = createThreadRunner(() => ({ provider: 'built-in' }), new URL('../test-support/trial-thread.ts', import.meta.url), 48);
  try {
    const trial = (content: string) => small.run({ ...expansionOf(content), processorId: 'trial' }, options());
    await expect(trial('leak')).rejects.toMatchObject({ code: 'processor_crashed' });
    await expect(trial('draft')).resolves.toMatchObject({ data: { content: 'done' } });
  } finally {
    await small.dispose();
  }
});

it('leaves the server free while a processor is busy without a pause, and stops it at once', async () => {
  // Many times what a processor does in a second, in one paragraph.
  const hard = expansionOf('the ship sailed into the storm '.repeat(30_000));
  const controller = new AbortController();
  const start = performance.now();
  const running = runner.run(hard, options(controller.signal));
  setTimeout(() => controller.abort(), 1_500);
  await expect(running).rejects.toMatchObject({ code: 'cancelled' });
  // In the server's own thread the timer would not have fired before the work was done, a minute later.
  expect(performance.now() - start).toBeLessThan(15_000);
  await expect(runner.run(expansionOf('The ship sailed.'), options())).resolves.toBeDefined();
});
