import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { FragileMethods } from './test-support/fragile-thread.ts';
import { createThreadClient, type ThreadClient } from './thread-client.ts';

function start(): ThreadClient<FragileMethods> {
  let starts = 0;
  const client = createThreadClient<FragileMethods>(join(import.meta.dirname, 'test-support/fragile-thread.ts'), () => `start ${++starts}:`);
  onTestFinished(() => client.end());
  return client;
}

test('a call is answered, a refusal keeps its code', async () => {
  const thread = start();
  expect(await thread.call('greet', 'Ada')).toBe('start 1: Ada');
  await expect(thread.call('refuse')).rejects.toMatchObject({ name: 'RectoError', code: 'storage_full', message: 'The disk is full.' });
});

test.each(['exit', 'fail'] as const)('a thread that dies (%s) fails what waits for it by code, and the next call has a new one', async (how) => {
  const thread = start();
  const answers = await Promise.allSettled([thread.call('never'), thread.call(how), thread.call('never')]);
  expect(answers[0]).toMatchObject({ status: 'rejected', reason: { code: 'storage_failed', message: expect.stringContaining('safe') } });
  expect(answers[2]).toMatchObject({ status: 'rejected', reason: { code: 'storage_failed' } });
  expect(await thread.call('greet', 'Ada')).toBe('start 2: Ada');
});

test('an ended thread answers no more', async () => {
  const thread = start();
  await thread.call('greet', 'Ada');
  await thread.end();
  await expect(thread.call('greet', 'Ada')).rejects.toMatchObject({ code: 'storage_failed' });
});
