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
  /** Workers that have had nothing to do for so long are put away, but for one; at once where it is absent. */
  idleMs?: number;
  /** The last one too, after so long; never where it is absent. */
  quietMs?: number;
}

const HANG_MS = 300;
/** Workers kept when nothing runs, since starting one loads the processors. */
const MAX_IDLE = 1;

/**
 * Runs processors in workers of any kind (web workers, processes), one run at a time in each. An abort
 * ends the caller's wait at once; a worker that doesn't react to it is terminated, and the next run starts a new one.
 */
export function createWorkerRunner({ startWorker, aiSettings, hangMs = HANG_MS, idleMs = 0, quietMs = Infinity }: WorkerRunnerOptions): ProcessorRunner {
  const hosts = new Set<WorkerHost>();
  const memory = createAnswerMemory();
  const budget = createSharedBudget();
  const closed = new RectoError('cancelled', 'The processor host was closed.');
  let disposed = false;
  let nextId = 0;

  let idleTimer: ReturnType<typeof setTimeout> | undefined;
  const putAwayIdle = (): void => {
    clearTimeout(idleTimer);
    const now = performance.now();
    // As many stay as were at work of late: a run is given to the first of those that are free.
    const idle = [...hosts].filter(({ isFree }) => isFree).toSorted((a, b) => b.freeSince - a.freeSince);
    const due = idle.map((host, index) => ({ host, inMs: host.freeSince + (index < MAX_IDLE ? quietMs : idleMs) - now }));
    for (const { host } of due.filter(({ inMs }) => inMs <= 0)) host.terminate(closed);
    const next = Math.min(...due.flatMap(({ inMs }) => (inMs > 0 ? [inMs] : [])));
    if (next < Infinity) idleTimer = setTimeout(putAwayIdle, next);
  };

  const takeHost = (): WorkerHost => {
    const idle = [...hosts].find(({ isFree }) => isFree);
    if (idle) return idle;
    const host: WorkerHost = new WorkerHost(startWorker(), {
      hangMs,
      onGone: () => void hosts.delete(host),
      onFree: putAwayIdle,
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
