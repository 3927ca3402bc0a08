import type { Processor, ProcessorManifest } from '#processors/contract/processor.ts';
import type { AiSettings } from '#processors/contract/runner.ts';
import { wantsEvent } from '#processors/orchestrator/event-patterns.ts';
import { createOrchestrator } from '#processors/orchestrator/orchestrator.ts';
import type { BlobEvent, Orchestrator } from '#processors/orchestrator/ports.ts';
import { RectoError } from '#schemas/errors.ts';
import type { Database } from '../db/database.ts';
import type { SocketHub } from '../events/socket-hub.ts';
import type { Metrics } from '../metrics.ts';
import type { Attachments } from '../state-service/attachments.ts';
import type { BlobStore } from '../state-service/blob-store.ts';
import { createSqlBlobPorts } from './sql-blob-ports.ts';
import { createSqlJobStore } from './sql-job-store.ts';
import { createThreadRunner } from './thread-runner.ts';

export interface ProcessorService {
  /** Every processor that ships, also those that this server doesn't run. */
  manifests: readonly ProcessorManifest[];
  orchestrator: Orchestrator;
  /** Whether this server runs it. */
  runs(processorId: string): boolean;
  /** Whether a processor of this server takes the blob up at this event. */
  takesUp(event: BlobEvent): boolean;
  start(): void;
  stop(): Promise<void>;
}

export interface ProcessorServiceOptions {
  database: Database;
  store: BlobStore;
  attachments: Attachments;
  hub: SocketHub;
  metrics: Metrics;
  processors: readonly Processor[];
  workers: 'all' | 'none' | readonly string[];
  ai: AiSettings;
  now(): number;
  /** A store that failed; the work goes on and is tried again. */
  onFailure(error: unknown): void;
}

/** The processors that RECTO_WORKERS names. @throws RectoError configuration for a name that is none */
export function selectProcessors(all: readonly Processor[], workers: ProcessorServiceOptions['workers']): readonly Processor[] {
  if (workers === 'all') return all;
  if (workers === 'none') return [];
  const ids = all.map(({ manifest }) => manifest.id);
  const unknown = workers.find((id) => !ids.includes(id));
  if (unknown !== undefined) {
    throw new RectoError('configuration', `RECTO_WORKERS: “${unknown}” is no processor: write all, none, or names out of ${ids.join(', ')}.`);
  }
  return all.filter(({ manifest }) => workers.includes(manifest.id));
}

/** The orchestrator on the server's database, running processors in threads of this process. */
export function createProcessorService(options: ProcessorServiceOptions): ProcessorService {
  const { database, store, hub } = options;
  const processors = selectProcessors(options.processors, options.workers);
  const running = processors.map(({ manifest }) => manifest);
  const runner = createThreadRunner(() => options.ai);
  const runs = (id: string): boolean => running.some((manifest) => manifest.id === id);
  const orchestrator = createOrchestrator({
    jobs: createSqlJobStore(database),
    blobs: createSqlBlobPorts(database, store, options.attachments),
    runner,
    clock: {
      now: options.now,
      after: (ms, callback) => {
        const timer = setTimeout(callback, ms);
        return () => clearTimeout(timer);
      },
    },
    random: () => Math.random(),
    manifests: () => running,
    // Every account has an instance of each processor that the server runs, with nothing changed in it.
    instanceConfig: async (_userId, processorId) => (runs(processorId) ? {} : null),
    onProgress: (job, { done, total, message }) =>
      hub.publish(job.user_id, 'processor.progress', () => ({
        type: 'processor.progress',
        data: { job_id: job.id, blob_id: job.blob_id, processor_id: job.processor_id, done, total, ...(message !== undefined && { message }) },
      })),
    onJob: (job) => {
      options.metrics.countJob(job);
      if (job.state !== 'dead') return;
      hub.publish(job.user_id, 'processor.failed', () => ({
        type: 'processor.failed',
        data: {
          job_id: job.id, blob_id: job.blob_id, processor_id: job.processor_id,
          code: job.error?.code ?? 'processor_failed', message: job.error?.message ?? 'The processor failed.',
        },
      }));
    },
    onError: options.onFailure,
  });
  return {
    manifests: options.processors.map(({ manifest }) => manifest),
    orchestrator,
    runs,
    takesUp: (event) => running.some((manifest) => wantsEvent(manifest, event)),
    start: () => orchestrator.start(),
    stop: async () => {
      await orchestrator.stop();
      await runner.dispose();
    },
  };
}
