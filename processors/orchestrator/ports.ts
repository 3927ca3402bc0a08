/**
 * What the orchestrator needs of the place it runs in. The app gives ports on RxDB, the server ports on SQL; one
 * acceptance suite runs against each. One orchestrator decides what runs, when, how often and what of it is kept.
 */
import type { OutputFile, ProcessorManifest, Progress, ReceivedFile } from '../contract/processor.ts';
import type { AnswerStore, ProcessorRunner, Usage } from '../contract/runner.ts';
import type { Blob } from '#schemas/blob.ts';
import type { ErrorCode, FieldError, RectoError } from '#schemas/errors.ts';

export type JobState = 'queued' | 'running' | 'done' | 'superseded' | 'cancelled' | 'dead';

/** One run of a processor on one version of a blob. Times are milliseconds since the epoch. */
export interface Job {
  /** A hash of (user, processor, blob, version, config): the same wish makes the same job once. */
  id: string;
  user_id: string;
  processor_id: string;
  blob_id: string;
  blob_version: number;
  config: Record<string, unknown>;
  priority: number;
  state: JobState;
  attempts: number;
  /** A queued job runs not before this. */
  not_before: number;
  /** A running job whose lease has ended is given back. */
  lease_until: number;
  error?: { code: ErrorCode; message: string };
  output_id?: string;
  created_at: number;
  updated_at: number;
}

export interface JobStore {
  /** False, and nothing changes, when a job of this id exists. */
  add(job: Job): Promise<boolean>;
  get(id: string): Promise<Job | null>;
  /**
   * Takes jobs atomically: queued and due, or running with their lease over, as FairShare chooses among them. They become
   * running, with `lease_until = now + leaseMs` and one attempt more.
   */
  take(options: TakeOptions): Promise<Job[]>;
  /** Writes the job if it is still in `expected.state` with `expected.attempts`; false when someone else has it now. */
  update(job: Job, expected: { state: JobState; attempts: number }): Promise<boolean>;
  /** Queued jobs of the same processor on an older version of the blob become superseded. */
  supersedeOlder(options: { user_id: string; processor_id: string; blob_id: string; version: number; now: number }): Promise<void>;
  /** The earliest moment after `after` at which a queued job becomes due or a lease ends; null: there is none. */
  nextDue(options: { after: number; processorIds: readonly string[] }): Promise<number | null>;
  /**
   * Gives back what a home that is gone was running; the attempt counts, so that a job that brings its home down does not
   * do so for ever. Only the one home that runs a store's jobs may call it, before it runs any.
   */
  releaseRunning(now: number): Promise<void>;
}

export interface TakeOptions {
  now: number;
  leaseMs: number;
  /** How many jobs of each processor may be taken. */
  free: ReadonlyMap<string, number>;
  /** How many jobs of one user may run at once, of all processors; those that run already count. */
  perUser: number;
}

export interface BlobReader {
  read(userId: string, id: string): Promise<Blob | null>;
}

export interface BlobWriter {
  /**
   * Writes a derived blob, what comes with it, its event and the job's end in one transaction; 'existed' when its id is
   * there: the same work done twice.
   */
  writeDerived(made: Derived, job: Job): Promise<'stored' | 'existed'>;
}

export interface Derived {
  blob: Blob;
  /** One whose id is there already is left as it is. */
  also: readonly Blob[];
  file?: OutputFile | ReceivedFile;
}

export interface Clock {
  now(): number;
  /** Calls back once after that many milliseconds; returns how to stop it. */
  after(ms: number, callback: () => void): () => void;
}

export interface OrchestratorPorts {
  jobs: JobStore;
  blobs: BlobReader & BlobWriter;
  runner: ProcessorRunner;
  clock: Clock;
  /** 0 ≤ x < 1, for the jitter of a retry. */
  random(): number;
  /** The active processors of this moment. */
  manifests(): readonly ProcessorManifest[];
  /**
   * How many runs of a processor could start here now, beside those that run; where it is absent, as many as the manifest's
   * `max_concurrency` leaves. Whoever gives it calls `wake` when it grows.
   */
  capacity?(processorId: string): number;
  /** How many jobs of one user may run at once; without it, as many as there is room for. */
  perUser?: number;
  /** The processor's instance for this user: its config, or null when it is off or runs elsewhere. */
  instanceConfig(userId: string, processorId: string): Promise<Record<string, unknown> | null>;
  /** What providers answered for a job; dropped by its home when the job has ended. */
  answersOf?(job: Job): AnswerStore;
  onUsage?(job: Job, usage: Usage): void;
  onProgress?(job: Job, progress: Progress): void;
  /** Called when a job has changed its state, after that is stored. */
  onJob?(job: Job): void;
  /** A store that failed; the orchestrator goes on and tries again. */
  onError?(error: RectoError): void;
  /** What is wrong with a processor's output; by default, by the schemas that ship. */
  findDataErrors?(schemaId: string, data: unknown): FieldError[] | Promise<FieldError[]>;
}

/** A blob's event, as the bus carries it: ids and versions, never text. */
export interface BlobEvent {
  type: 'blob.created' | 'blob.updated' | 'blob.deleted';
  blob_id: string;
  user_id: string;
  schema_id: string;
  processor_id: string;
  version: number;
}

export interface Orchestrator {
  /**
   * Makes the jobs that the event's processors ask for; with `processorId`, that processor's alone (a deletion is always
   * everyone's). They are stored when it resolves. Repeated, reordered and late deliveries are harmless.
   */
  handleEvent(event: BlobEvent, processorId?: string): Promise<void>;
  /**
   * Makes one job now, whatever the event patterns say; `config` is the whole config (instance and wish together).
   * A job of the same id that is dead, cancelled or superseded is queued anew; one that is done stays done.
   * @returns the job, or the one that stood already
   * @throws RectoError processor_unknown, malformed (a config that is not JSON)
   */
  enqueue(request: { user_id: string; processor_id: string; blob_id: string; blob_version: number; config: Record<string, unknown> }): Promise<Job>;
  /** Stops a queued or a running job at once. False: it had ended. */
  cancel(jobId: string): Promise<boolean>;
  /** Takes up what was left and goes on until stopped. */
  start(): void;
  /** Something may have become possible: a worker came, a processor was registered. */
  wake(): void;
  /** Runs no new job; waits for the running ones up to graceMs, then gives them back. */
  stop(graceMs?: number): Promise<void>;
  /** Resolves when nothing runs and nothing is due: for tests and for a worker that drains. */
  idle(): Promise<void>;
}
