const FIRST_MS = 250;
const LONGEST_MS = 30_000;

/** Milliseconds before a call is made again: exponential with equal jitter, as in orchestrator/retry.ts, from 250 ms to 30 s. */
export function retryDelayMs(failures: number, random: number): number {
  const whole = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures, 20));
  return Math.round(whole / 2 + (whole / 2) * random);
}
