import { randomUUID } from 'node:crypto';
import type { ProcessorManifest } from '#processors/contract/processor.ts';
import type { AskSettings } from '#processors/hosts/run-processor.ts';
import { createRemoteRunner } from '#processors/hosts/remote-runner.ts';
import { checkOutput } from '#processors/orchestrator/derived-blob.ts';
import { wantsEvent } from '#processors/orchestrator/event-patterns.ts';
import { createOrchestrator } from '#processors/orchestrator/orchestrator.ts';
import type { BlobEvent, Clock, Orchestrator } from '#processors/orchestrator/ports.ts';
import { RectoError } from '#schemas/errors.ts';
import type { Database } from '../db/database.ts';
import type { NatsService } from '../events/nats/nats-service.ts';
import type { SocketHub } from '../events/socket-hub.ts';
import type { Metrics } from '../metrics.ts';
import type { Attachments } from '../state-service/attachments.ts';
import type { BlobStore } from '../state-service/blob-store.ts';
import { BOOK_COMPILER, createBookSources, type BookSources } from './book-sources.ts';
import { createCompositeRunner } from './composite-runner.ts';
import { createJobOutcomes } from './job-outcomes.ts';
import { createJobRecords, type JobRecords } from './job-records.ts';
import { pruneJobs } from './prune-jobs.ts';
import { createProgramRunner } from './program-runner.ts';
import type { Registries } from './registries.ts';
import type { ServiceTokens } from './service-tokens.ts';
import { createSqlBlobPorts } from './sql-blob-ports.ts';
import { createSqlJobStore } from './sql-job-store.ts';
import { createProcessRunner } from './process-runner.ts';
import { createWorkAnnouncer } from './work-announcer.ts';
import { createWorkerDesk, type WorkerDesk } from './worker-desk.ts';

export interface ProcessorService {
  /** Every processor, those that ship and those that were registered, also those that this server doesn't run. */
  readonly manifests: readonly ProcessorManifest[];
  /** Those whose jobs are made here: active, and run by this server or by workers elsewhere. */
  running(): readonly ProcessorManifest[];
  orchestrator: Orchestrator;
  records: JobRecords;
  /** For workers elsewhere. */
  workers: WorkerDesk;
  /** Whether this server runs it, itself or by workers elsewhere, which have a token then. */
  runs(processorId: string): boolean;
  /** The config of a job that is asked for, with what it leaves open named: see book-sources.ts. */
  completeConfig: BookSources['complete'];
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
  /** Wakes workers elsewhere that wait without a request. */
  nats?: Pick<NatsService, 'admitWorker' | 'announceWork' | 'announceCancelled'> | undefined;
  metrics: Metrics;
  tokens: ServiceTokens;
  registries: Registries;
  workers: 'all' | 'none' | readonly string[];
  workerLeaseMs: number;
  /** The text provider of a run: its user's own, or the server's. */
  ai: AskSettings;
  clock: Clock;
  /** The script of the processes that run processors; see serve-process.ts. */
  processScript?: URL | undefined;
  /** A store that failed; the work goes on and is tried again. */
  onFailure(error: unknown): void;
}

/** Jobs of one user that run at once: a whole book asked for leaves room for the next author. */
const JOBS_PER_USER = 4;

/** RECTO_WORKERS may name processors that ship and that were registered. @throws RectoError configuration for a name that is none */
export function checkWorkers(all: readonly { manifest: ProcessorManifest }[], workers: ProcessorServiceOptions['workers']): void {
  if (workers === 'all' || workers === 'none') return;
  const ids = all.map(({ manifest }) => manifest.id);
  const unknown = workers.find((id) => !ids.includes(id));
  if (unknown !== undefined) {
    throw new RectoError('configuration', `RECTO_WORKERS: “${unknown}” is no processor: write all, none, or names out of ${ids.join(', ')}.`);
  }
}

/** A book is compiled by itself only where its author wants a file at each change. */
function ifAskedFor(processorId: string, config: Record<string, unknown> | null): Record<string, unknown> | null {
  return processorId === BOOK_COMPILER && config?.['at_each_change'] !== true ? null : config;
}

/** Such a one runs for nobody who hasn't set it up. */
function needsConfig({ config_schema }: ProcessorManifest): boolean {
  return Array.isArray(config_schema['required']) && config_schema['required'].length > 0;
}

/** The orchestrator on the server's database, running processors in processes of its own and by workers elsewhere. */
export function createProcessorService(options: ProcessorServiceOptions): ProcessorService {
  const { database, store, hub, tokens } = options;
  const { registry, schemas, instances } = options.registries;
  const { workers } = options;
  checkWorkers(registry.list(), workers);
  const runsLocally = (id: string): boolean => (workers === 'all' || (workers !== 'none' && workers.includes(id))) && registry.hasProgram(id);
  const runs = (id: string): boolean => registry.isActive(id) && (runsLocally(id) || tokens.hasAny(id));
  const running = (): readonly ProcessorManifest[] => registry.manifests().filter(({ id }) => runs(id));
  const { clock } = options;
  const fail = (error: unknown): void => options.onFailure(RectoError.from(error, 'storage_failed'));
  const jobs = createSqlJobStore(database);
  const records = createJobRecords(database, () => clock.now());
  const outcomes = createJobOutcomes((ms, callback) => clock.after(ms, callback));
  const remote = createRemoteRunner({
    clock,
    newId: () => randomUUID(),
    files: options.attachments,
    leaseMs: options.workerLeaseMs,
    checkOutput: async ({ processorId }, output) => {
      await checkOutput(registry.get(processorId).manifest, output, { findDataErrors: schemas.findDataErrors });
    },
    outcomeOf: (jobId) => outcomes.of(jobId),
    onWaiting: () => orchestrator.wake(),
    onCancelled: (key) => options.nats?.announceCancelled(key),
  });
  const announcer = createWorkAnnouncer({
    database,
    clock,
    isRemote: (id) => tokens.hasAny(id),
    announce: (id) => options.nats?.announceWork(id),
  });
  const sources = createBookSources(database);
  const runner = createCompositeRunner({
    local: createProgramRunner(createProcessRunner(options.ai, { script: options.processScript }), registry, schemas),
    remote,
    limits: (id) => {
      const { manifest, createdAt } = registry.get(id);
      const slots = Math.max(1, manifest.max_concurrency);
      // What an administrator registered bounds all of its runs; what ships says how many this server's own processes take.
      return { local: runsLocally(id) ? slots : 0, total: createdAt === null ? Infinity : slots };
    },
    now: () => clock.now(),
  });
  const orchestrator: Orchestrator = createOrchestrator({
    jobs,
    blobs: createSqlBlobPorts(database, store, options.attachments),
    runner: {
      ...runner,
      // A job that an event made names no sources: they are what they are when it runs.
      run: async (request, options) => runner.run({ ...request, config: await sources.complete(request.processorId, request.blob, request.config) }, options),
    },
    clock,
    random: () => Math.random(),
    manifests: running,
    perUser: JOBS_PER_USER,
    answersOf: (job) => records.answersOf(job),
    onUsage: (job, usage) => void records.noteUsage(job, usage).catch(fail),
    capacity: (processorId) => runner.capacity(processorId),
    instanceConfig: async (userId, processorId) => (runs(processorId) ? ifAskedFor(processorId, await instances.configForEvents(userId, processorId)) : null),
    findDataErrors: schemas.findDataErrors,
    onProgress: (job, { done, total, message }) =>
      hub.publish(job.user_id, 'processor.progress', () => ({
        type: 'processor.progress',
        data: { job_id: job.id, blob_id: job.blob_id, processor_id: job.processor_id, done, total, ...(message !== undefined && { message }) },
      })),
    onJob: (job) => {
      options.metrics.countJob(job);
      announcer.noteJob(job);
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
  registry.subscribe(() => orchestrator.wake());
  let starting: Promise<void> | undefined;
  let stopPruning = async (): Promise<void> => {};
  return {
    get manifests() {
      return registry.list().map(({ manifest }) => manifest);
    },
    running,
    orchestrator,
    records,
    workers: createWorkerDesk({
      runner: remote,
      authenticate: (token) => tokens.authenticateWorker(token),
      manifests: running,
      ...(options.nats && { nats: options.nats.admitWorker }),
      countRefusal: (code) => options.metrics.countRefusal('worker', code),
    }),
    runs,
    completeConfig: sources.complete,
    takesUp: (event) => running().some((manifest) => wantsEvent(manifest, event) && !needsConfig(manifest)),
    start: () => {
      // What an earlier life of this server was running is given back at once: the file has one server.
      starting = jobs.releaseRunning(clock.now()).catch(fail).then(() => {
        stopPruning = pruneJobs({ records, clock, onFailure: fail });
        orchestrator.start();
        if (options.nats) announcer.start();
      });
    },
    stop: async () => {
      await starting;
      announcer.stop();
      await stopPruning();
      await orchestrator.stop();
      await runner.dispose();
    },
  };
}
