import { RectoError } from '#schemas/errors.ts';

/** What an aborted run ends with. */
export function cancelled(signal: AbortSignal): RectoError {
  return signal.reason instanceof RectoError ? signal.reason : new RectoError('cancelled', 'Cancelled.', { cause: signal.reason });
}

/** The promise's outcome, or `cancelled` at once when the signal aborts first. */
export function untilCancelled<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(cancelled(signal));
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
