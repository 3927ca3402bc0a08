import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startTimer, wait } from './timers.ts';

const DAY_MS = 24 * 3_600_000;
const YEARS_MS = 70 * 365 * DAY_MS;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('a time of many years is not over at once, and is over at its end', () => {
  const callback = vi.fn<() => void>();
  startTimer(YEARS_MS, callback);
  vi.advanceTimersByTime(YEARS_MS - 1);
  expect(callback).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(callback).toHaveBeenCalledOnce();
});

it('what is cancelled, also in the middle of many years, never calls back', () => {
  const callback = vi.fn<() => void>();
  const cancel = startTimer(YEARS_MS, callback);
  vi.advanceTimersByTime(YEARS_MS / 2);
  cancel();
  expect(vi.getTimerCount()).toBe(0);
});

it('a wait ends with its signal, and leaves no timer', async () => {
  const stopping = new AbortController();
  const waiting = wait(DAY_MS, stopping.signal);
  stopping.abort();
  await waiting;
  await wait(DAY_MS, stopping.signal);
  expect(vi.getTimerCount()).toBe(0);
});
