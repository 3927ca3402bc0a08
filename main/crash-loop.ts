/**
 * Whether a page that stopped is opened again by itself: three times in a minute, then the author is asked. A page that stops
 * as soon as it opens would otherwise go on for ever.
 */
export interface CrashLoop {
  /** A page stopped now. */
  next(): 'reload' | 'ask';
}

const WINDOW_MS = 60_000;
const MOST = 3;

export function createCrashLoop(now: () => number): CrashLoop {
  let times: number[] = [];
  return {
    next() {
      const at = now();
      times = [...times.filter((time) => at - time < WINDOW_MS), at];
      return times.length > MOST ? 'ask' : 'reload';
    },
  };
}
