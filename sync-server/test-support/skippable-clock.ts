import { startTimer } from '#processors/contract/timers.ts';
import type { Clock } from '#processors/orchestrator/ports.ts';

export interface SkippableClock extends Clock {
  /** Moves time on at once; what falls due is called, in order. */
  skip(ms: number): void;
}

/** Time as it goes, and further where a test says so. */
export function createSkippableClock(): SkippableClock {
  let skipped = 0;
  const waiting = new Set<{ at: number; fire(): void }>();
  const now = (): number => Date.now() + skipped;
  return {
    now,
    after(ms, callback) {
      const entry = {
        at: now() + ms,
        fire: () => {
          cancel();
          callback();
        },
      };
      const stopTimer = startTimer(ms, entry.fire);
      const cancel = (): void => {
        stopTimer();
        waiting.delete(entry);
      };
      waiting.add(entry);
      return cancel;
    },
    skip(ms) {
      skipped += ms;
      for (const entry of [...waiting].filter(({ at }) => at <= now()).toSorted((a, b) => a.at - b.at)) if (waiting.has(entry)) entry.fire();
    },
  };
}
