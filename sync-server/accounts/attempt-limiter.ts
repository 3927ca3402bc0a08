import { RectoError } from '#schemas/errors.ts';

export interface AttemptLimiter {
  /** Counts one attempt. @throws RectoError rate_limited, with the wait, when there were too many */
  count(key: string): void;
  /** Forgets the attempts: the right password was given. */
  clear(key: string): void;
}

const MAX_KEYS = 50_000;

/** Allows `max` attempts a key in a window of `windowMs` that starts with the first. `now`: milliseconds. */
export function createAttemptLimiter(options: { max: number; windowMs: number; now(): number }): AttemptLimiter {
  const windows = new Map<string, { count: number; endsAt: number }>();
  return {
    count: (key) => {
      const now = options.now();
      let window = windows.get(key);
      if (!window || window.endsAt <= now) {
        window = { count: 0, endsAt: now + options.windowMs };
        windows.delete(key);
        // The oldest goes: a flood of made-up emails must not fill the memory.
        if (windows.size >= MAX_KEYS) windows.delete(windows.keys().next().value ?? '');
        windows.set(key, window);
      }
      window.count += 1;
      if (window.count > options.max) {
        throw new RectoError('rate_limited', 'Too many attempts for this account: wait a little, then try again.', { retryAfterMs: window.endsAt - now });
      }
    },
    clear: (key) => {
      windows.delete(key);
    },
  };
}
