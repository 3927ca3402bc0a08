import type { ProcessorRunner } from '#processors/contract/runner.ts';
import type { AskSettings } from '#processors/hosts/run-processor.ts';
import { createWorkerRunner } from '#processors/hosts/worker-runner.ts';
import { startProcessWorker, type ProcessLimits } from './process-worker.ts';

/** A processor that needs more has lost its way; its process dies, and the server goes on. */
const LIMITS: ProcessLimits = { maxHeapMb: 1_024, maxResidentMb: 1_536 };

/** Processes that have had nothing to do for so long are put away, but for one: a burst must not start each of its processes anew. */
const IDLE_MS = 5_000;
/** The last one too: in a quiet night its memory is the computer's. */
const QUIET_MS = 10 * 60_000;

const SCRIPT = new URL('./processor-process.ts', import.meta.url);

export interface ProcessRunnerOptions {
  script?: URL | undefined;
  limits?: ProcessLimits;
  /** For the log: why and where a process ended that nobody ended, without a word of an author. */
  onCrash?: (report: string) => void;
}

/**
 * Runs processors in processes of their own. A long text keeps a processor busy for seconds without a pause, and the server has
 * other users; a process that hangs is ended when its job is cancelled or stalls, and all of them end with this one.
 */
export function createProcessRunner(aiSettings: AskSettings, { script = SCRIPT, limits = LIMITS, onCrash = log }: ProcessRunnerOptions = {}): ProcessorRunner {
  return createWorkerRunner({ startWorker: () => startProcessWorker(script, limits, onCrash), aiSettings, idleMs: IDLE_MS, quietMs: QUIET_MS });
}

const log = (report: string): void => console.error(`A process that ran a processor has ended: ${report}`);
