/** Lets the event loop have its turn during long work. */

/** The longest that the work goes on without a look at the world, in milliseconds. */
const SLICE_MS = 12;

/**
 * @returns a function to await at each step: it gives way when the last time is long ago
 * @throws the signal's reason when it aborts
 */
export function createPause(signal: AbortSignal): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < SLICE_MS) return;
    await new Promise((resolve) => setTimeout(resolve, 0));
    signal.throwIfAborted();
    since = performance.now();
  };
}
