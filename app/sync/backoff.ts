/** Waiting between tries: longer each time, with jitter so that a server's clients don't come back all at once. */
import { startTimer } from '#processors/contract/timers.ts';

export interface BackoffOptions {
  /** The first wait; doubles up to maxMs. */
  firstMs: number;
  maxMs: number;
  /** 0 ≤ x < 1. */
  random: () => number;
}

export interface Backoff {
  /** Waits for the next try; at least `atLeastMs`. Resolves early when `wake` is called, and at once when the signal aborts. */
  wait(signal: AbortSignal, atLeastMs?: number): Promise<void>;
  /** Something changed (the network came back): whoever waits tries now. */
  wake(): void;
  /** It worked: the next wait is short again. */
  reset(): void;
}

export function createBackoff({ firstMs, maxMs, random }: BackoffOptions): Backoff {
  let next = firstMs;
  const sleepers = new Set<() => void>();
  return {
    wait: (signal, atLeastMs = 0) => {
      // Full jitter over the upper half (Brooker, 'Exponential Backoff And Jitter', 2015).
      const ms = Math.max(atLeastMs, next / 2 + (next / 2) * random());
      next = Math.min(maxMs, next * 2);
      return new Promise((resolve) => {
        const done = (): void => {
          cancel();
          sleepers.delete(done);
          signal.removeEventListener('abort', done);
          resolve();
        };
        const cancel = startTimer(ms, done);
        // A server that asked for time gets it, whatever the network says.
        if (atLeastMs === 0) sleepers.add(done);
        signal.addEventListener('abort', done);
        if (signal.aborted) done();
      });
    },
    wake: () => {
      next = firstMs;
      for (const done of sleepers) done();
    },
    reset: () => {
      next = firstMs;
    },
  };
}
