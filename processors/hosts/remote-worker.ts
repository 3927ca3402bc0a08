import { RectoError } from '#schemas/errors.ts';
import type { ReplyOf } from '#schemas/http.ts';
import type { ProcessorOutput } from '../contract/processor.ts';
import type { ProcessorRunner, Usage } from '../contract/runner.ts';
import { wait } from '../contract/timers.ts';
import { createWorkerApi, type RunApi, type WorkerApiOptions } from './remote-api.ts';
import { retryDelayMs } from './retry-delay.ts';
import { createRunReporter, type RunReporter } from './run-reporter.ts';
import type { WorkBell } from './work-bell.ts';
import type { WorkerAi } from './worker-ai.ts';

export interface RemoteWorkerOptions extends WorkerApiOptions {
  processorId: string;
  /** A name for people, such as the host's. */
  name: string;
  /** Hears which job runs, so that the runner can ask it who writes for that. */
  ai?: WorkerAi;
  /** Where the processor runs: a crash there must not be this worker's. Disposing of it is the caller's. */
  runner: ProcessorRunner;
  /** Runs at a time. */
  concurrency: number;
  /** Makes what rings when there is work; without it, the worker waits at the server's door. */
  openBell?(describe: () => Promise<ReplyOf<'describeWork'>>): WorkBell;
  /** What the operator may want to know, a line each. */
  log(line: string): void;
}

export interface RemoteWorker {
  /** Rejects when it can't go on: the token is refused, the processor is gone, the client is too old. Resolves when it was stopped. */
  readonly ended: Promise<void>;
  /** Takes nothing more, lets what runs end within `graceMs`, and gives the rest back. */
  stop(graceMs: number): Promise<void>;
}

type Taken = ReplyOf<'takeJob'>;

const WAIT_MS = 20_000;
/** As long as the server takes to hand out what its bell rang for; and to find out that the server answers again. */
const SHORT_WAIT_MS = 1_000;
/** Trying again helps with none of these. A processor that is gone may be switched on again, but not for a worker that has just come. */
const HOPELESS: ReadonlySet<string> = new Set(['unauthenticated', 'forbidden', 'upgrade_required', 'not_found']);
const HOPELESS_AT_FIRST: ReadonlySet<string> = new Set([...HOPELESS, 'processor_unknown']);
/** As the server's route takes it. */
const MAX_COMPLETION_BYTES = 16 * 1024 * 1024;

/** Takes jobs from a server and runs them, until it is stopped; a server that is away is asked again, ever more rarely. */
export function startRemoteWorker(options: RemoteWorkerOptions): RemoteWorker {
  const api = createWorkerApi(options);
  const stopping = new AbortController();
  const givingUp = new AbortController();
  const runs = new Set<{ jobId: string; reporter: RunReporter }>();
  const bell = options.openBell?.(() => api.describe(stopping.signal));
  bell?.onCancelled((jobId) => {
    for (const run of runs) if (run.jobId === jobId) run.reporter.ask();
  });

  const work = async (taken: Taken): Promise<void> => {
    const over = new AbortController();
    const run = api.run(taken);
    const reporter = createRunReporter({ api: run, leaseMs: taken.lease_ms, onOver: (error) => over.abort(error) });
    const entry = { jobId: taken.job.id, reporter };
    runs.add(entry);
    bell?.listen(runs.size < options.concurrency);
    try {
      await runOne({ taken, run, reporter, over: over.signal, givingUp: givingUp.signal, options });
    } finally {
      reporter.stop();
      runs.delete(entry);
      bell?.listen(true);
    }
  };

  const take = async (isRetry: boolean): Promise<Taken | null> => {
    const taken = await api.take(options.name, bell?.isRinging || isRetry ? SHORT_WAIT_MS : WAIT_MS, stopping.signal);
    // Where there was one there may be more: another slot looks.
    if (taken) bell?.ring();
    else await bell?.next(stopping.signal);
    return taken;
  };
  const slot = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const taken = await untilItWorks(take, { ...options, hopeless: HOPELESS }, stopping.signal);
      if (taken) await work(taken);
    }
  };
  const introduce = async (): Promise<void> => {
    const info = await untilItWorks(() => api.describe(stopping.signal), { ...options, hopeless: HOPELESS_AT_FIRST }, stopping.signal);
    if (!info) return;
    if (info.processor.id !== options.processorId) throw new RectoError('forbidden', `The token is for workers of “${info.processor.id}”, not of “${options.processorId}”.`);
    options.log(`Working on ${info.processor.id} for ${options.apiUrl} as ${options.name}, ${options.concurrency} at a time.`);
    await Promise.all(Array.from({ length: options.concurrency }, slot));
  };
  const slots = introduce();
  // One that can't go on stops the others.
  const ended = slots
    .catch((error: unknown) => {
      stopping.abort();
      throw error;
    })
    .finally(() => bell?.close());
  ended.catch(() => undefined);

  return {
    ended,
    stop: async (graceMs) => {
      stopping.abort();
      if (runs.size > 0) options.log(`Stopping: ${runs.size} running, which may take ${Math.round(graceMs / 1000)} s to end.`);
      const ending = new AbortController();
      await Promise.race([slots.catch(() => undefined), wait(graceMs, ending.signal)]);
      ending.abort();
      givingUp.abort(new RectoError('cancelled', 'The worker is stopping.'));
      await slots.catch(() => undefined);
    },
  };
}

/** Tries until it works. @returns null when the worker is stopping. @throws RectoError one whose code is hopeless */
async function untilItWorks<T>(attempt: (isRetry: boolean) => Promise<T>, { log, hopeless }: { log(line: string): void; hopeless: ReadonlySet<string> }, stopping: AbortSignal): Promise<T | null> {
  for (let failures = 0; !stopping.aborted; ) {
    try {
      const done = await attempt(failures > 0);
      if (failures > 0) log('The server answers again.');
      return done;
    } catch (thrown) {
      if (stopping.aborted) return null;
      const error = RectoError.from(thrown, 'network');
      if (hopeless.has(error.code)) throw error;
      if (failures === 0) log(`${error.message} Trying again.`);
      await wait(Math.max(retryDelayMs(failures++, Math.random()), error.retryAfterMs ?? 0), stopping);
    }
  }
  return null;
}

interface OneRun {
  taken: Taken;
  run: RunApi;
  reporter: RunReporter;
  /** Aborts when the run is the worker's no longer. */
  over: AbortSignal;
  givingUp: AbortSignal;
  options: RemoteWorkerOptions;
}

async function runOne({ taken, run, reporter, over, givingUp, options: { runner, ai, log } }: OneRun): Promise<void> {
  const { job, blob, config } = taken;
  const usage: Usage[] = [];
  const signal = AbortSignal.any([over, givingUp]);
  try {
    let output: ProcessorOutput;
    try {
      const start = (): Promise<ProcessorOutput> => runner.run(
        { jobId: job.id, processorId: job.processor_id, blob, config },
        {
          signal,
          onProgress: (progress) => reporter.report(progress),
          // Also when the run was cancelled: what is under way may end.
          readBlob: (id) => run.readBlob(id, AbortSignal.timeout(taken.lease_ms)),
          ...(taken.keeps_answers && { answers: run.answers(over) }),
          onUsage: (used) => void usage.push(used),
        },
      );
      output = await (ai ? ai.during(taken, start) : start());
    } catch (thrown) {
      if (over.aborted) throw thrown;
      if (givingUp.aborted) return await run.giveBack(AbortSignal.timeout(5_000));
      await reporter.flush();
      return await run.fail(toFailure(thrown, usage), over);
    }
    await reporter.flush();
    await sendOutput(run, output, usage, over);
  } catch (thrown) {
    const error = RectoError.from(over.aborted ? over.reason : thrown, 'processor_failed');
    log(`Job ${job.id.slice(0, 12)}: ${error.message}`);
  }
}

async function sendOutput(run: RunApi, { file, ...output }: ProcessorOutput, usage: readonly Usage[], signal: AbortSignal): Promise<void> {
  try {
    if (file && 'bytes' in file) await run.sendFile(file, signal);
    const json = JSON.stringify({ ...output, ...(usage.length > 0 && { usage }) });
    if (json.length > MAX_COMPLETION_BYTES) throw new RectoError('too_large', `The processor made more than the ${MAX_COMPLETION_BYTES / 1024 / 1024} MB that an answer may have.`);
    await run.complete(json, signal);
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    const error = RectoError.from(thrown, 'processor_output_invalid');
    if (error.code === 'lease_lost') throw error;
    // Most refusals have failed the attempt already; then this says nothing new.
    await run.fail(toFailure(error, usage), signal).catch((again: unknown) => again);
    throw error;
  }
}

function toFailure(thrown: unknown, usage: readonly Usage[]) {
  const { code, message, errors, retryAfterMs } = RectoError.from(thrown, 'processor_failed');
  return {
    code,
    message: message.slice(0, 2_000) || 'The processor failed.',
    ...(errors && { errors: errors.slice(0, 100).map(({ path, message }) => ({ path: path.slice(0, 1_000), message: message.slice(0, 1_000) })) }),
    ...(retryAfterMs !== undefined && { retry_after_ms: Math.min(86_400_000, Math.round(retryAfterMs)) }),
    ...(usage.length > 0 && { usage: [...usage] }),
  };
}
