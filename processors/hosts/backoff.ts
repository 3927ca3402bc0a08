const FIRST_MS = 250;
const LONGEST_MS = 30_000;

/** Milliseconds before a call is made again: exponential with equal jitter, as in orchestrator/retry.ts, from 250 ms to 30 s. */
export function retryDelayMs(failures: number, random: number): number {
  const whole = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures, 20));
  return Math.round(whole / 2 + (whole / 2) * random);
}

/** Resolves after that many milliseconds, or at once when the signal aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}
