import { expect, it } from 'vitest';
import { makeJob } from '#processors/orchestrator/job-store.acceptance.ts';
import { createJobOutcomes } from './job-outcomes.ts';

it('tells how a job came out: stored, failed with its reason, cancelled, or not in time', async () => {
  let pass = (): void => {};
  const outcomes = createJobOutcomes((_ms, callback) => {
    pass = callback;
    return () => {};
  });
  const job = makeJob('a');
  const of = () => outcomes.of('a').then(() => 'stored', (error: { code: string }) => error.code);
  const first = of();
  outcomes.note({ ...job, state: 'running' });
  outcomes.note({ ...job, id: 'b', state: 'dead' });
  outcomes.note({ ...job, state: 'done' });
  expect(await first).toBe('stored');
  const second = of();
  outcomes.note({ ...job, state: 'queued', error: { code: 'storage_full', message: 'Full.' } });
  expect(await second).toBe('storage_full');
  const third = of();
  outcomes.note({ ...job, state: 'cancelled' });
  expect(await third).toBe('lease_lost');
  const fourth = of();
  pass();
  expect(await fourth).toBe('lease_lost');
});
