/** Calls back once after that many milliseconds. @returns what cancels it: the `after` of a clock that is real */
export function startTimer(ms: number, callback: () => void): () => void {
  const timer = setTimeout(callback, ms);
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
