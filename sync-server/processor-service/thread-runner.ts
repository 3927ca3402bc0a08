import { Worker } from 'node:worker_threads';
import type { ProcessorRunner } from '#processors/contract/runner.ts';
import { shapeNodeWorker } from '#processors/hosts/node-worker.ts';
import type { AskSettings } from '#processors/hosts/run-processor.ts';
import { createWorkerRunner } from '#processors/hosts/worker-runner.ts';

/** A processor that needs more has lost its way; its thread dies, and the server goes on. */
const MAX_HEAP_MB = 1_024;

/** Threads that have had nothing to do for so long are put away, but for one: a burst must not start each of its threads anew. */
const IDLE_MS = 5_000;

const SCRIPT = new URL('./processor-thread.ts', import.meta.url);

/**
 * Runs the processors that ship in threads. A long text keeps a processor busy for seconds without a pause, and the server has
 * other users; a thread that hangs is terminated when its job is cancelled or stalls.
 */
export function createThreadRunner(aiSettings: AskSettings, script = SCRIPT, maxHeapMb = MAX_HEAP_MB): ProcessorRunner {
  return createWorkerRunner({
    startWorker: () => shapeNodeWorker(new Worker(script, { resourceLimits: { maxOldGenerationSizeMb: maxHeapMb } })),
    aiSettings,
    idleMs: IDLE_MS,
  });
}
