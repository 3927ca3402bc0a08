import { RectoError } from '#schemas/errors.ts';
import type { Processor } from '../contract/processor.ts';
import type { ProcessorRunner, RunRequest } from '../contract/runner.ts';
import type { Typesetter } from '../contract/typesetter.ts';
import { createAnswerMemory } from './answer-memory.ts';
import { askSettings, runProcessor, type AskSettings } from './run-processor.ts';
import { createSharedBudget } from './shared-budget.ts';
import { untilCancelled } from './until-cancelled.ts';

export interface InProcessOptions {
  processors: readonly Processor[];
  /** Asked at each run, so that a key that was changed or taken away is not used again. */
  aiSettings: AskSettings;
  typesetter?: Typesetter;
}

/**
 * Runs processors in the thread that calls. An abort ends a run at once where the processor waits for something; a
 * processor that never gives the thread back can't be stopped here (the web worker host can).
 */
export function createInProcessRunner({ processors, aiSettings, typesetter }: InProcessOptions): ProcessorRunner {
  const disposed = new AbortController();
  const memory = createAnswerMemory();
  const budget = createSharedBudget();
  return {
    async run(request, options) {
      const signal = AbortSignal.any([options.signal, disposed.signal]);
      // A copy, as at every other host: no processor may change what the caller holds.
      const copy = cloneRequest(request);
      const run = memory.run(copy, { ...options, signal }, async (remembering) => {
        const settings = await askSettings(aiSettings, copy);
        return runProcessor({ processors, ...(typesetter && { typesetter }) }, settings, copy, budget.join(copy, settings, remembering));
      });
      return untilCancelled(run, signal);
    },
    async dispose() {
      disposed.abort(new RectoError('cancelled', 'The processor host was closed.'));
    },
  };
}

function cloneRequest(request: RunRequest): RunRequest {
  try {
    return structuredClone(request);
  } catch (thrown) {
    throw RectoError.from(thrown, 'processor_failed');
  }
}
