import { RectoError } from '#schemas/errors.ts';
import type { ProcessorContext } from '../contract/processor.ts';

/** A step that shows nothing for so long has failed, unless it says otherwise. */
const DEFAULT_TIMEOUT_MS = 10 * 60_000;

/**
 * Runs a step's work within its time: the clock starts anew at each progress it reports, so that a long chapter on a slow
 * model isn't cut. An abort ends it at once, also where the work doesn't listen.
 * @throws RectoError processor_timeout, cancelled, and what the work throws
 */
export async function runWithinTime<T>(
  step: { id: string; timeout_ms?: number },
  context: ProcessorContext,
  work: (context: ProcessorContext) => T | Promise<T>,
): Promise<T> {
  const limitMs = step.timeout_ms ?? DEFAULT_TIMEOUT_MS;
  const stopped = new AbortController();
  const signal = AbortSignal.any([context.signal, stopped.signal]);
  signal.throwIfAborted();
  const onLate = (): void =>
    stopped.abort(new RectoError('processor_timeout', `Step “${step.id}” showed no progress for ${Math.round(limitMs / 1000)} s and was stopped.`));
  let timer = setTimeout(onLate, limitMs);
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
  const stepContext: ProcessorContext = {
    ...context,
    signal,
    reportProgress(progress) {
      if (signal.aborted) return;
      clearTimeout(timer);
      timer = setTimeout(onLate, limitMs);
      context.reportProgress(progress);
    },
  };
  try {
    return await Promise.race([Promise.resolve().then(() => work(stepContext)), aborted]);
  } finally {
    clearTimeout(timer);
    // Work that outlives its step must not go on.
    stopped.abort(new RectoError('cancelled', `Step “${step.id}” is over.`));
  }
}
