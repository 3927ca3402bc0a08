import { expect, it } from 'vitest';
import { makeJob } from '#processors/orchestrator/job-store.acceptance.ts';
import { createMetrics } from './metrics.ts';

const read = async (metrics: ReturnType<typeof createMetrics>, name: string): Promise<string[]> =>
  (await metrics.render()).text.split('\n').filter((line) => line.startsWith(name));

it('counts refusals by where and why', async () => {
  const metrics = createMetrics();
  metrics.countRefusal('worker', 'lease_lost');
  metrics.countRefusal('worker', 'lease_lost');
  metrics.countRefusal('api', 'forbidden');
  expect(await read(metrics, 'recto_refusals_total')).toEqual(['recto_refusals_total{from="worker",code="lease_lost"} 2', 'recto_refusals_total{from="api",code="forbidden"} 1']);
});

it('tells how long jobs waited and ran, how they ended, and what was tried again', async () => {
  const metrics = createMetrics();
  const job = makeJob('j', { created_at: 1_000, updated_at: 1_000 });
  const error = { code: 'network', message: 'No connection.' } as const;
  metrics.countJob(job);
  metrics.countJob({ ...job, state: 'running', attempts: 1, updated_at: 3_000 });
  metrics.countJob({ ...job, state: 'queued', attempts: 1, error, updated_at: 4_000 });
  metrics.countJob({ ...job, state: 'running', attempts: 2, updated_at: 8_000 });
  metrics.countJob({ ...job, state: 'done', attempts: 2, updated_at: 8_040 });
  expect(await read(metrics, 'recto_job_wait_seconds_sum')).toEqual(['recto_job_wait_seconds_sum{processor="p1"} 2']);
  expect(await read(metrics, 'recto_job_retries_total')).toEqual(['recto_job_retries_total{processor="p1",code="network"} 1']);
  expect(await read(metrics, 'recto_jobs_ended_total')).toEqual(['recto_jobs_ended_total{processor="p1",state="done"} 1']);
  expect(await read(metrics, 'recto_job_run_seconds_sum')).toEqual(['recto_job_run_seconds_sum{processor="p1",state="queued"} 1', 'recto_job_run_seconds_sum{processor="p1",state="done"} 0.04']);
});

it('reads what is watched at each asking, and forgets labels that are gone', async () => {
  const metrics = createMetrics();
  let sockets = 3;
  let queued = [{ labels: { processor: 'p1' }, value: 7 }];
  metrics.watch('recto_sockets', 'Open sockets.', [], () => [{ value: sockets }]);
  metrics.watch('recto_queue', 'Jobs.', ['processor'], async () => queued);
  expect(await read(metrics, 'recto_sockets')).toEqual(['recto_sockets 3']);
  expect(await read(metrics, 'recto_queue')).toEqual(['recto_queue{processor="p1"} 7']);
  [sockets, queued] = [4, []];
  expect(await read(metrics, 'recto_sockets')).toEqual(['recto_sockets 4']);
  expect(await read(metrics, 'recto_queue')).toEqual([]);
});
