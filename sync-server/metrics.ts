/**
 * What the server counts for whoever watches over it, in the Prometheus text format. No label holds an id of a user, a
 * blob or a job.
 */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Job } from '#processors/orchestrator/ports.ts';
import type { ErrorCode } from '#schemas/errors.ts';

export interface Metrics {
  /** A request that was answered with an error, or an answer of a remote worker that was not taken. */
  countRefusal(from: 'api' | 'worker', code: ErrorCode): void;
  /** A job that has just changed its state. */
  countJob(job: Job): void;
  /** What is read whenever someone asks: one number, or one for each set of these labels. The name begins with `recto_`. */
  watch(name: string, help: string, labelNames: readonly string[], read: () => readonly Reading[] | Promise<readonly Reading[]>): void;
  /** All of it. */
  render(): Promise<{ contentType: string; text: string }>;
}

export interface Reading {
  labels?: Record<string, string>;
  value: number;
}

const SECONDS = [0.005, 0.025, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900];

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const refusals = new Counter({ name: 'recto_refusals_total', help: 'Requests and answers of remote workers that were refused.', labelNames: ['from', 'code'], registers });
  const ended = new Counter({ name: 'recto_jobs_ended_total', help: 'Jobs that have ended.', labelNames: ['processor', 'state'], registers });
  const retries = new Counter({ name: 'recto_job_retries_total', help: 'Attempts that failed and are tried again.', labelNames: ['processor', 'code'], registers });
  const durations = new Histogram({ name: 'recto_job_run_seconds', help: 'From a job’s taking to the end of the attempt.', labelNames: ['processor', 'state'], buckets: SECONDS, registers });
  const waits = new Histogram({ name: 'recto_job_wait_seconds', help: 'From a job’s making to its first attempt.', labelNames: ['processor'], buckets: SECONDS, registers });
  const takenAt = new Map<string, number>();
  return {
    countRefusal: (from, code) => refusals.inc({ from, code }),
    countJob: (job) => {
      const { id, processor_id: processor, state, updated_at: at } = job;
      if (state === 'running') {
        if (job.attempts === 1) waits.observe({ processor }, Math.max(0, at - job.created_at) / 1000);
        takenAt.set(id, at);
        return;
      }
      const taken = takenAt.get(id);
      takenAt.delete(id);
      if (taken !== undefined) durations.observe({ processor, state }, Math.max(0, at - taken) / 1000);
      if (state !== 'queued') ended.inc({ processor, state });
      else if (taken !== undefined && job.error) retries.inc({ processor, code: job.error.code });
    },
    watch: (name, help, labelNames, read) => {
      const gauge = new Gauge({
        name,
        help,
        labelNames,
        registers,
        async collect() {
          const readings = await read();
          gauge.reset();
          for (const { labels = {}, value } of readings) gauge.set(labels, value);
        },
      });
    },
    render: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}
