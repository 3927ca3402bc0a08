import { RectoError } from '#schemas/errors.ts';
import type { ProcessorOutput } from '../contract/processor.ts';
import type { AiSettings, ProcessorRunner, RunOptions, RunRequest } from '../contract/runner.ts';
import { cancelled } from './run-processor.ts';
import type { FromWorker, ToWorker } from './worker-messages.ts';

export interface WebWorkerOptions {
  /** Starts a worker whose script calls `serveWorker`, such as web-worker-entry.ts. */
  startWorker: () => Worker;
  /** Asked at each run, so that a key that was changed or taken away is not used again. */
  aiSettings: () => AiSettings | Promise<AiSettings>;
  /** A cancelled run that has not ended by then hangs, and its worker is put away. */
  hangMs?: number;
}

const HANG_MS = 300;
/** Workers kept when nothing runs, since starting one loads the processors. */
const MAX_IDLE = 1;

interface Run {
  id: number;
  request: RunRequest;
  options: RunOptions;
  resolve(output: ProcessorOutput): void;
  reject(error: RectoError): void;
  /** Its caller has the outcome. */
  settled: boolean;
}

/** A worker and the one run it has: what hangs or crashes takes nothing else with it. */
interface Host {
  worker: Worker;
  run: Run | null;
}

/**
 * Runs processors in web workers, one run at a time in each. An abort ends the caller's wait at once; a worker that doesn't
 * react to it (a busy loop) is terminated, and the next run starts a new one.
 */
export function createWebWorkerRunner({ startWorker, aiSettings, hangMs = HANG_MS }: WebWorkerOptions): ProcessorRunner {
  const hosts = new Set<Host>();
  let disposed = false;
  let nextId = 0;

  const takeHost = (): Host => {
    const idle = [...hosts].find((host) => host.run === null);
    if (idle) return idle;
    const host: Host = { worker: startWorker(), run: null };
    hosts.add(host);
    host.worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
      if (receive(host, data)) putBack(host);
    });
    host.worker.addEventListener('error', (event) => {
      event.preventDefault?.();
      crash(host, event.message);
    });
    host.worker.addEventListener('messageerror', () => crash(host, 'a message could not be read'));
    return host;
  };

  const putAway = (host: Host): void => {
    host.worker.terminate();
    hosts.delete(host);
  };

  const putBack = (host: Host): void => {
    host.run = null;
    if ([...hosts].filter(({ run }) => run === null).length > MAX_IDLE) putAway(host);
  };

  const crash = (host: Host, why: string): void => {
    putAway(host);
    host.run?.reject(new RectoError('processor_crashed', `The processor stopped unexpectedly${why ? ` (${why})` : ''}. The text is as it was.`));
  };

  const start = async (run: Run): Promise<void> => {
    const settings = await aiSettings();
    if (run.settled) return;
    const host = takeHost();
    host.run = run;
    run.options.signal.addEventListener('abort', () => abandon(host, run), { once: true });
    send(host, { type: 'run', runId: run.id, request: run.request, settings });
  };

  const abandon = (host: Host, run: Run): void => {
    if (host.run !== run) return;
    send(host, { type: 'cancel', runId: run.id });
    setTimeout(() => {
      if (host.run === run) putAway(host);
    }, hangMs);
  };

  return {
    async run(request, options) {
      if (disposed) throw new RectoError('cancelled', 'The processor host was closed.');
      if (options.signal.aborted) throw cancelled(options.signal);
      return new Promise<ProcessorOutput>((resolve, reject) => {
        const run: Run = {
          id: nextId++,
          request,
          options,
          settled: false,
          resolve(output) {
            run.settled = true;
            resolve(output);
          },
          reject(error) {
            run.settled = true;
            reject(error);
          },
        };
        options.signal.addEventListener('abort', () => run.reject(cancelled(options.signal)), { once: true });
        start(run).catch((thrown: unknown) => run.reject(RectoError.from(thrown, 'processor_failed')));
      });
    },
    async dispose() {
      disposed = true;
      for (const host of hosts) {
        putAway(host);
        host.run?.reject(new RectoError('cancelled', 'The processor host was closed.'));
      }
    },
  };
}

function send(host: Host, message: ToWorker): void {
  host.worker.postMessage(message, []);
}

/** @returns whether the host's run has ended */
function receive(host: Host, message: FromWorker): boolean {
  const { run } = host;
  if (message.type === 'ready' || !run || run.id !== message.runId) return false;
  switch (message.type) {
    case 'progress':
      if (!run.settled) run.options.onProgress(message.progress);
      return false;
    case 'read':
      void answerRead(host, message, run);
      return false;
    case 'done':
      run.resolve(message.output);
      return true;
    case 'failed':
      run.reject(RectoError.fromProblem(message.problem));
      return true;
  }
}

async function answerRead(host: Host, { runId, readId, id }: FromWorker & { type: 'read' }, run: Run): Promise<void> {
  try {
    send(host, { type: 'blob', runId, readId, blob: await run.options.readBlob(id) });
  } catch (thrown) {
    send(host, { type: 'read-failed', runId, readId, problem: RectoError.from(thrown, 'storage_failed').toProblem() });
  }
}
