import { RectoError } from '#schemas/errors.ts';
import { orAborted } from '../contract/or-aborted.ts';

/** What an aborted run ends with. */
export function cancelled(signal: AbortSignal): RectoError {
  return signal.reason instanceof RectoError ? signal.reason : new RectoError('cancelled', 'Cancelled.', { cause: signal.reason });
}

/** The promise's outcome, or `cancelled` at once when the signal aborts first. */
export function untilCancelled<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return orAborted(promise, signal, () => cancelled(signal));
}
