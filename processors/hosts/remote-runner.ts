import { RectoError } from '#schemas/errors.ts';
import type { ProcessorOutput, Progress } from '../contract/processor.ts';
import type { AnswerStore, ProcessorRunner, RunOptions, RunRequest, Usage } from '../contract/runner.ts';
import { derivedBlobId } from '../orchestrator/ids.ts';
import type { Clock } from '../orchestrator/ports.ts';
import type { Blob } from '#schemas/blob.ts';
import { RemoteRun, type ReceivedBytes, type RunFiles } from './remote-run.ts';
import { cancelled } from './until-cancelled.ts';

/** What a worker is given to do. */
export interface TakenRun {
  runId: string;
  request: RunRequest;
  /** Without a sign of life for so long the worker counts as dead. */
  leaseMs: number;
  /** Whether paid answers are kept for the job's next attempt; where they aren't, its worker remembers what it can. */
  keepsAnswers: boolean;
}

/** Names a run that a worker holds, and who says so. */
export interface RunKey {
  processorId: string;
  jobId: string;
  runId: string;
}

/** The server's side of remote workers; whatever carries it (HTTP, a test) calls these. */
export interface RemoteRunner extends ProcessorRunner {
  /** Workers of a processor that wait for a run, less the runs that wait for a worker. */
  waiting(processorId: string): number;
  /** The next run, or null when none came in time or the worker hung up (`signal`). */
  take(processorId: string, options: { worker: string; waitMs: number; signal: AbortSignal }): Promise<TakenRun | null>;
  /** Throws where the run is not this worker's, before anything of a request is read. @throws RectoError lease_lost, forbidden */
  check(key: RunKey): void;
  /** A sign of life, with or without progress. @throws RectoError lease_lost, forbidden */
  progress(key: RunKey, progress: Progress | null): { leaseMs: number; cancelled: boolean };
  /** The job's blob, or one within its reach; null: there is none. @throws RectoError lease_lost, forbidden; what reading throws */
  readBlob(key: RunKey, id: string): Promise<Blob | null>;
  /** Takes the run's file to the disk as it comes. @throws RectoError lease_lost, forbidden, too_large, storage_full */
  receiveFile(key: RunKey, file: { name: string; mediaType: string; bytes: AsyncIterable<Uint8Array> }): Promise<ReceivedBytes>;
  /** What is run, and what its caller has for whoever asks a provider for it; a sign of life. @throws RectoError lease_lost, forbidden */
  open(key: RunKey): { request: RunRequest } & Pick<RunOptions, 'answers' | 'onUsage'>;
  /** The run's store of paid answers; null where its caller keeps none. @throws RectoError lease_lost, forbidden */
  answers(key: RunKey): AnswerStore | null;
  /**
   * Ends the run with what was made of it. Resolves when that is stored.
   * @throws RectoError lease_lost, forbidden; processor_output_invalid and others, with which the attempt has failed
   */
  complete(key: RunKey, output: ProcessorOutput, usage: readonly Usage[]): Promise<{ derivedId: string }>;
  /** Ends the run with its failure. @throws RectoError lease_lost, forbidden */
  fail(key: RunKey, error: RectoError, usage: readonly Usage[]): void;
  /** The worker stops: another one gets the run. @throws RectoError lease_lost, forbidden */
  giveBack(key: RunKey): void;
  /** Workers that wait hear that there is nothing; from then on none may wait (`unavailable`). Runs that are held go on. */
  hangUp(): void;
}

export interface RemoteRunnerOptions {
  clock: Clock;
  newId(): string;
  files: RunFiles;
  leaseMs?: number;
  /** How long a run waits for a worker, where none was waiting when it came. */
  offerMs?: number;
  /** What the run's caller will say no to, so that the worker hears it with all its reasons. */
  checkOutput?(request: RunRequest, output: ProcessorOutput): Promise<void>;
  /** Resolves when what a run made is stored, and rejects with why it was not; asked before the run's caller has the output. */
  outcomeOf?(jobId: string): Promise<void>;
  /** A worker has begun to wait. */
  onWaiting?(processorId: string): void;
  /** A run that a worker holds is no longer wanted. */
  onCancelled?(key: RunKey): void;
}

const LEASE_MS = 30_000;

interface Waiter {
  worker: string;
  give(taken: TakenRun | null): void;
}

/**
 * Runs that workers elsewhere fetch, keep alive, and end. A worker that is silent for longer than its lease is taken for
 * dead (`processor_crashed`); what it says afterwards, or twice, is `lease_lost` and changes nothing.
 */
export function createRemoteRunner(options: RemoteRunnerOptions): RemoteRunner {
  const { clock, leaseMs = LEASE_MS, offerMs = leaseMs } = options;
  const waiters = new Map<string, Set<Waiter>>();
  const offers = new Map<string, RemoteRun[]>();
  const held = new Map<string, RemoteRun>();
  const closed = new RectoError('cancelled', 'The processor host was closed.');
  let disposed = false;
  let hungUp = false;

  const hangUp = (): void => {
    hungUp = true;
    for (const waiting of waiters.values()) for (const waiter of waiting) waiter.give(null);
  };
  const hold = (run: RemoteRun, worker: string): TakenRun => {
    const runId = options.newId();
    held.set(runId, run);
    run.hold(runId, worker, () => held.delete(runId));
    return { runId, request: run.request, leaseMs, keepsAnswers: run.answers !== null };
  };
  const offer = (run: RemoteRun, first = false): void => {
    const { processorId } = run.request;
    const [waiter] = waiters.get(processorId) ?? [];
    if (waiter) return waiter.give(hold(run, waiter.worker));
    const queue = offers.get(processorId) ?? [];
    offers.set(processorId, queue);
    if (first) queue.unshift(run);
    else queue.push(run);
    run.offer(offerMs, () => void queue.splice(queue.indexOf(run), 1));
  };
  const find = ({ processorId, jobId, runId }: RunKey): RemoteRun => {
    const run = held.get(runId);
    if (!run || run.request.jobId !== jobId) throw new RectoError('lease_lost', 'This run is over, or another worker has it now: drop it, and take the next.');
    if (run.request.processorId !== processorId) throw new RectoError('forbidden', 'This run is of another processor than the token.');
    return run;
  };
  /** One that is still wanted: nothing else may end it. */
  const findWanted = (key: RunKey): RemoteRun => {
    const run = find(key);
    if (run.isOver) throw new RectoError('lease_lost', 'This job was cancelled: drop it, and take the next.');
    return run;
  };

  return {
    waiting: (processorId) => (waiters.get(processorId)?.size ?? 0) - (offers.get(processorId)?.length ?? 0),
    async run(request, runOptions) {
      if (disposed) throw closed;
      if (runOptions.signal.aborted) throw cancelled(runOptions.signal);
      assertData(request.config);
      return new Promise((resolve, reject) => {
        const run: RemoteRun = new RemoteRun({
          request, options: runOptions, clock, leaseMs, files: options.files, resolve, reject,
          onCancelled: (runId) => options.onCancelled?.({ processorId: request.processorId, jobId: request.jobId, runId }),
        });
        offer(run);
      });
    },
    async take(processorId, { worker, waitMs, signal }) {
      if (hungUp) throw new RectoError('unavailable', 'The server is stopping. Try again in a while.');
      const [run] = offers.get(processorId) ?? [];
      if (signal.aborted) return null;
      if (run) return hold(run, worker);
      return new Promise((resolve) => {
        const waiting = waiters.get(processorId) ?? new Set();
        waiters.set(processorId, waiting);
        const hangUp = (): void => waiter.give(null);
        const cancelTimer = clock.after(waitMs, hangUp);
        const waiter: Waiter = {
          worker,
          give(taken) {
            waiting.delete(waiter);
            cancelTimer();
            signal.removeEventListener('abort', hangUp);
            resolve(taken);
          },
        };
        waiting.add(waiter);
        signal.addEventListener('abort', hangUp);
        options.onWaiting?.(processorId);
      });
    },
    check: (key) => void find(key),
    progress: (key, progress) => ({ leaseMs, cancelled: find(key).report(progress) }),
    readBlob: (key, id) => find(key).readBlob(id),
    receiveFile: (key, file) => findWanted(key).receiveFile(file),
    open(key) {
      const run = findWanted(key);
      run.report(null);
      return run.opened;
    },
    answers: (key) => findWanted(key).answers,
    async complete(key, made, usage) {
      await findWanted(key).checkParents(made.also ?? []);
      // Looked up again: another answer may have come in between.
      const run = findWanted(key);
      const output = run.close(made, usage);
      try {
        await options.checkOutput?.(run.request, output);
      } catch (thrown) {
        const error = RectoError.from(thrown, 'processor_output_invalid');
        run.reject(error);
        throw error;
      }
      if (run.isOver) throw new RectoError('lease_lost', 'The job was cancelled while its result was looked at.');
      const { jobId, processorId, blob, config } = run.request;
      const stored = options.outcomeOf?.(jobId);
      run.resolve(output);
      try {
        await stored;
      } finally {
        await run.releaseFile();
      }
      return { derivedId: derivedBlobId(processorId, blob.id, blob.version, config) };
    },
    fail(key, error, usage) {
      const run = findWanted(key);
      run.close(null, usage);
      run.reject(error);
    },
    giveBack(key) {
      const run = findWanted(key);
      run.close(null, []);
      offer(run, true);
    },
    hangUp,
    async dispose() {
      disposed = true;
      hangUp();
      for (const run of [...[...offers.values()].flat(), ...held.values()]) run.reject(closed);
    },
  };
}

/** A config goes out as JSON, which would drop what it can't hold without a word. */
function assertData(config: unknown): void {
  try {
    structuredClone(config);
  } catch (thrown) {
    throw RectoError.from(thrown, 'processor_failed');
  }
}
