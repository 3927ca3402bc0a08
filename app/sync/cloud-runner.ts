/**
 * Runs a job on the account's server: sends the wish once the server has the text, tells how far it is, and ends when the
 * result has come by sync. Without a connection it waits; the job is this library's: when the app closes it goes on there, and
 * the next start finds it, since the same wish makes the same job.
 */
import { filter, firstValueFrom, merge, timer, type Observable } from 'rxjs';
import type { Progress } from '#processors/contract/processor.ts';
import { orAborted } from '#processors/contract/or-aborted.ts';
import type { ProcessorRunner, RunOptions, RunRequest } from '#processors/contract/runner.ts';
import { RectoError } from '#schemas/errors.ts';
import type { ProcessorEvent } from './event-stream.ts';
import type { ProcessorApi } from './processor-api.ts';

export interface CloudRunnerOptions {
  api: ProcessorApi;
  events$: Observable<ProcessorEvent>;
  /** Asks the server now, for what it derived. */
  syncNow(): void;
}

/** Events say what happens; this is for those that get lost: soon at first, since most is short, then ever more rarely. */
const FIRST_LOOK_MS = 150;
const LAST_LOOK_MS = 3_000;

function createPatience(): () => number {
  let next = FIRST_LOOK_MS;
  return () => {
    const now = next;
    next = Math.min(LAST_LOOK_MS, next * 1.6);
    return now;
  };
}

export function createCloudRunner({ api, events$, syncNow }: CloudRunnerOptions): Pick<ProcessorRunner, 'run'> {
  return {
    async run(request, options) {
      const { signal } = options;
      let told: Progress = { done: 0, total: 0 };
      const tell = (progress: Progress): void => options.onProgress((told = progress));
      const say = (message: string): void => tell({ done: 0, total: 0, message });
      // Whoever keeps its result learns which version of the expansion it goes on from: its author may write in that meanwhile.
      const { based_on: basedOn } = request.config;
      if (typeof basedOn === 'string') await options.readBlob(basedOn);
      say('Sending the draft to the server');
      await patiently(say, signal, async () => ((await api.versionOf(request.blob.id, signal)) >= request.blob.version ? true : null), () => {
        tell(told);
        syncNow();
      });
      const { id } = await patiently(say, signal, () => post(api, request, signal));
      const stop = (): void => {
        const isGivenBack = signal.reason instanceof RectoError && signal.reason.code === 'lease_lost';
        if (!isGivenBack) void api.cancelJob(id).catch(() => undefined);
      };
      signal.addEventListener('abort', stop, { once: true });
      const progress = events$.subscribe((event) => follow(event, id, signal, tell));
      try {
        say('Waits on the server');
        return await readOutput(await waitForEnd(id, say, () => tell(told), signal), options);
      } finally {
        progress.unsubscribe();
        signal.removeEventListener('abort', stop);
      }
    },
  };

  /** @param isAlive called at each sign that the server has the job: one that waits there for long does not hang */
  async function waitForEnd(id: string, say: (message: string) => void, isAlive: () => void, signal: AbortSignal): Promise<string> {
    const patience = createPatience();
    for (;;) {
      const job = await patiently(say, signal, () => api.readJob(id, signal));
      if (job.state === 'done' && job.output_id !== undefined) return job.output_id;
      // The server has tried it often enough: a code that is tried again would begin anew from here.
      if (job.state === 'dead') throw new RectoError(job.error?.code === 'budget_exceeded' ? 'budget_exceeded' : 'workflow_step_failed', `On the server: ${job.error?.message ?? 'it failed.'}`);
      if (job.state === 'cancelled' || job.state === 'superseded') throw new RectoError('cancelled', 'It was stopped on the server.');
      isAlive();
      await pause(signal, merge(timer(patience()), events$.pipe(filter(({ type, data }) => type === 'blob.derived' || ('job_id' in data && data.job_id === id && type === 'processor.failed')))));
    }
  }

  /** By sync, as whatever the server derives. */
  async function readOutput(outputId: string, { readBlob, signal }: RunOptions) {
    const patience = createPatience();
    for (;;) {
      const blob = await readBlob(outputId);
      if (blob) return { schema_id: blob.schema_id, data: blob.data, tags: blob.tags, standing_id: blob.id };
      syncNow();
      await pause(signal, timer(patience()));
    }
  }
}

function post(api: ProcessorApi, { processorId, blob, config: { ai: _ofThisDevice, ...config } }: RunRequest, signal: AbortSignal) {
  return api.postJob({ processor_id: processorId, blob_id: blob.id, config }, signal);
}

function follow(event: ProcessorEvent, jobId: string, signal: AbortSignal, tell: (progress: Progress) => void): void {
  if (event.type !== 'processor.progress' || event.data.job_id !== jobId || signal.aborted) return;
  const { done, total } = event.data;
  tell({ done, total, message: 'On the server' });
}

/** Tries until it gives something. A network that is away is waited for, and said; any other error ends it. */
async function patiently<T>(say: (message: string) => void, signal: AbortSignal, ask: () => Promise<T | null>, onNothing?: () => void): Promise<T> {
  const patience = createPatience();
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== null) return answer;
      onNothing?.();
    } catch (thrown) {
      signal.throwIfAborted();
      if (!(thrown instanceof RectoError) || (thrown.code !== 'network' && thrown.code !== 'unavailable')) throw thrown;
      say('Waits for a connection to the server');
    }
    await pause(signal, timer(patience()));
  }
}

async function pause(signal: AbortSignal, until: Observable<unknown>): Promise<void> {
  await orAborted(firstValueFrom(until), signal);
}

/** Each job where the author has its processor run at the moment it begins; who isn't signed in has this device alone. */
export function createPlacedRunner(device: ProcessorRunner, findCloud: (processorId: string) => Pick<ProcessorRunner, 'run'> | null): ProcessorRunner {
  return {
    run: (request, options) => (findCloud(request.processorId) ?? device).run(request, options),
    dispose: () => device.dispose(),
  };
}
