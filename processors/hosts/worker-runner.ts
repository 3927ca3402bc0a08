import { RectoError } from '#schemas/errors.ts';
import type { ProcessorOutput } from '../contract/processor.ts';
import type { AiSettings, ProcessorRunner, RunRequest } from '../contract/runner.ts';
import { createAnswerMemory } from './answer-memory.ts';
import { askSettings, type AskSettings } from './run-processor.ts';
import { cancelled } from './until-cancelled.ts';
import { createSharedBudget } from './shared-budget.ts';
import { WorkerHost, type WorkerRun } from './worker-host.ts';

export interface WorkerRunnerOptions {
  /** Starts a worker whose script calls `serveWorker`, such as web-worker-entry.ts. */
  startWorker: () => Worker;
  /** Asked at each run, so that a key that was changed or taken away is not used again. */
  aiSettings: AskSettings;
  /** A cancelled run that has not ended by then hangs, and its worker is put away. */
  hangMs?: number;
  /** Workers that have nothing to do are put away after this, but for one; at once where it is absent. */
  idleMs?: number;
}

const HANG_MS = 300;
/** Workers kept when nothing runs, since starting one loads the processors. */
const MAX_IDLE = 1;

/**
 * Runs processors in workers of any kind (web workers, threads, utility processes), one run at a time in each. An abort
 * ends the caller's wait at once; a worker that doesn't react to it is terminated, and the next run starts a new one.
 */
export function createWorkerRunner({ startWorker, aiSettings, hangMs = HANG_MS, idleMs = 0 }: WorkerRunnerOptions): ProcessorRunner {
  const hosts = new Set<WorkerHost>();
  const memory = createAnswerMemory();
  const budget = createSharedBudget();
  const closed = new RectoError('cancelled', 'The processor host was closed.');
  let disposed = false;
  let nextId = 0;

  let idleTimer: ReturnType<typeof setTimeout> | undefined;
  const putAwayIdle = (): void => {
    idleTimer = undefined;
    for (const host of [...hosts].filter(({ isFree }) => isFree).slice(MAX_IDLE)) host.terminate(closed);
  };

  const takeHost = (): WorkerHost => {
    const idle = [...hosts].find(({ isFree }) => isFree);
    if (idle) return idle;
    const host: WorkerHost = new WorkerHost(startWorker(), {
      hangMs,
      onGone: () => void hosts.delete(host),
      onFree() {
        if (idleMs === 0) putAwayIdle();
        else idleTimer ??= setTimeout(putAwayIdle, idleMs);
      },
    });
    hosts.add(host);
    return host;
  };

  const start = (request: RunRequest, options: WorkerRun['options'], settings: AiSettings): Promise<ProcessorOutput> => {
    if (disposed) throw closed;
    if (options.signal.aborted) throw cancelled(options.signal);
    const host = takeHost();
    return new Promise((resolve, reject) => {
      host.start({ id: nextId++, request, options, settings, resolve, reject });
    });
  };

  return {
    async run(request, options) {
      if (disposed) throw closed;
      if (options.signal.aborted) throw cancelled(options.signal);
      return memory.run(request, options, async (remembering) => {
        const settings = await askSettings(aiSettings, request);
        return start(request, budget.join(request, settings, remembering), settings);
      });
    },
    async dispose() {
      disposed = true;
      clearTimeout(idleTimer);
      for (const host of hosts) host.terminate(closed);
    },
  };
}
