import { Worker } from 'node:worker_threads';
import type { AiSettings, ProcessorRunner } from '#processors/contract/runner.ts';
import { shapeNodeWorker } from '#processors/hosts/node-worker.ts';
import { createWorkerRunner } from '#processors/hosts/worker-runner.ts';

/** A processor that needs more has lost its way; its thread dies, and the server goes on. */
const MAX_HEAP_MB = 1_024;

const SCRIPT = new URL('./processor-thread.ts', import.meta.url);

/**
 * Runs the processors that ship in threads. A long text keeps a processor busy for seconds without a pause, and the server has
 * other users; a thread that hangs is terminated when its job is cancelled or stalls.
 */
export function createThreadRunner(aiSettings: () => AiSettings): ProcessorRunner {
  return createWorkerRunner({
    startWorker: () => shapeNodeWorker(new Worker(SCRIPT, { resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB } })),
    aiSettings,
  });
}
