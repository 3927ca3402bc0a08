import { RectoError } from '#schemas/errors.ts';

const FULL = new Set(['QuotaExceededError', 'AbortError']);

/**
 * What a failed read or write of the library becomes. A full disk reaches us as AbortError as often as under its own
 * name (dexie/Dexie.js#776, #840), and nothing else aborts a transaction of ours.
 */
export function toStorageError(thrown: unknown): RectoError {
  if (thrown instanceof RectoError) return thrown;
  for (let error: unknown = thrown; error instanceof Error; error = innerOf(error)) {
    if (FULL.has(error.name)) {
      return new RectoError('storage_full', 'The disk, or the browser’s share of it, is full. What is on the screen is safe while this window is open: make room, then it is saved by itself.', { cause: thrown });
    }
  }
  return new RectoError('storage_failed', 'The words could not be stored on this computer. What is on the screen is safe while this window is open; saving is tried again by itself.', { cause: thrown });
}

function innerOf(error: Error): unknown {
  return 'inner' in error && error.inner !== error ? error.inner : error.cause;
}
