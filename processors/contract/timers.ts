/** What setTimeout can count, here and in browsers: after a longer time it calls back at once. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * Calls back once after that many milliseconds, however many: a clock that was set back makes what is due in a minute due in years.
 * @returns what cancels it
 */
export function startTimer(ms: number, callback: () => void): () => void {
  let timer: ReturnType<typeof setTimeout>;
  const count = (left: number): void => {
    timer = setTimeout(() => (left > LONGEST_MS ? count(left - LONGEST_MS) : callback()), Math.min(left, LONGEST_MS));
  };
  count(ms);
  return () => clearTimeout(timer);
}

/** Resolves after that many milliseconds, or when the signal aborts; then no timer is left behind. */
export function wait(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      cancel();
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const cancel = startTimer(ms, done);
    signal?.addEventListener('abort', done);
    if (signal?.aborted) done();
  });
}
