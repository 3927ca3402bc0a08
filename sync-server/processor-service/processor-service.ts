import { randomUUID } from 'node:crypto';
import type { Processor, ProcessorManifest } from '#processors/contract/processor.ts';
import type { AiSettings } from '#processors/contract/runner.ts';
import { createRemoteRunner } from '#processors/hosts/remote-runner.ts';
import { checkOutput } from '#processors/orchestrator/derived-blob.ts';
import { wantsEvent } from '#processors/orchestrator/event-patterns.ts';
import { createOrchestrator } from '#processors/orchestrator/orchestrator.ts';
import type { BlobEvent, Clock, Orchestrator } from '#processors/orchestrator/ports.ts';
import { RectoError } from '#schemas/errors.ts';
import type { Database } from '../db/database.ts';
import type { SocketHub } from '../events/socket-hub.ts';
import type { Metrics } from '../metrics.ts';
import type { Attachments } from '../state-service/attachments.ts';
import type { BlobStore } from '../state-service/blob-store.ts';
import { createCompileSources, type CompileSources } from './compile-sources.ts';
import { createCompositeRunner } from './composite-runner.ts';
import { createJobOutcomes } from './job-outcomes.ts';
import type { ServiceTokens } from './service-tokens.ts';
import { createSqlBlobPorts } from './sql-blob-ports.ts';
import { createSqlJobStore } from './sql-job-store.ts';
import { createThreadRunner } from './thread-runner.ts';
import { createWorkerDesk, type WorkerDesk } from './worker-desk.ts';

export interface ProcessorService {
  /** Every processor that ships, also those that this server doesn't run. */
  manifests: readonly ProcessorManifest[];
  orchestrator: Orchestrator;
  /** For workers elsewhere. */
  workers: WorkerDesk;
  /** Whether this server runs it, itself or by workers elsewhere, which have a token then. */
  runs(processorId: string): boolean;
  /** The config of a job that is asked for, with what it leaves open named: see compile-sources.ts. */
  completeConfig: CompileSources['complete'];
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
  tokens: ServiceTokens;
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

/** The orchestrator on the server's database, running processors in threads of this process and by workers elsewhere. */
export function createProcessorService(options: ProcessorServiceOptions): ProcessorService {
  const { database, store, hub, tokens } = options;
  const own = new Set(selectProcessors(options.processors, options.workers).map(({ manifest }) => manifest.id));
  const manifests = options.processors.map(({ manifest }) => manifest);
  const runs = (id: string): boolean => own.has(id) || tokens.hasAny(id);
  const running = (): readonly ProcessorManifest[] => manifests.filter(({ id }) => runs(id));
  const after: Clock['after'] = (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  };
  const outcomes = createJobOutcomes(after);
  const remote = createRemoteRunner({
    clock: { now: options.now, after },
    newId: () => randomUUID(),
    files: options.attachments,
    checkOutput: async ({ processorId }, output) => {
      const manifest = manifests.find(({ id }) => id === processorId);
      if (manifest) await checkOutput(manifest, output, {});
    },
    outcomeOf: (jobId) => outcomes.of(jobId),
    onWaiting: () => orchestrator.wake(),
  });
  const sources = createCompileSources(database);
  const runner = createCompositeRunner({ local: createThreadRunner(() => options.ai), runsLocally: (id) => own.has(id), remote, now: options.now });
  const orchestrator: Orchestrator = createOrchestrator({
    jobs: createSqlJobStore(database),
    blobs: createSqlBlobPorts(database, store, options.attachments),
    runner: {
      ...runner,
      // A job that an event made names no sources: they are what they are when it runs.
      run: async (request, options) => runner.run({ ...request, config: await sources.complete(request.processorId, request.blob, request.config) }, options),
    },
    clock: { now: options.now, after },
    random: () => Math.random(),
    manifests: running,
    capacity: (processorId) => runner.capacity(processorId),
    // Every account has an instance of each processor that the server runs, with nothing changed in it.
    instanceConfig: async (_userId, processorId) => (runs(processorId) ? {} : null),
    onProgress: (job, { done, total, message }) =>
      hub.publish(job.user_id, 'processor.progress', () => ({
        type: 'processor.progress',
        data: { job_id: job.id, blob_id: job.blob_id, processor_id: job.processor_id, done, total, ...(message !== undefined && { message }) },
      })),
    onJob: (job) => {
      options.metrics.countJob(job);
      runner.noteJob(job);
      outcomes.note(job);
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
    manifests,
    orchestrator,
    workers: createWorkerDesk({
      runner: remote,
      authenticate: (token) => tokens.authenticateWorker(token),
      manifests: running,
      countRefusal: (code) => options.metrics.countRefusal('worker', code),
    }),
    runs,
    completeConfig: sources.complete,
    takesUp: (event) => running().some((manifest) => wantsEvent(manifest, event)),
    start: () => orchestrator.start(),
    stop: async () => {
      await orchestrator.stop();
      await runner.dispose();
    },
  };
}
