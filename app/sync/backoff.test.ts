import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createBackoff } from './backoff.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const never = new AbortController().signal;

/** Milliseconds until it resolved. */
async function measure(waiting: Promise<void>): Promise<number> {
  const started = Date.now();
  let ended: number | null = null;
  void waiting.then(() => (ended = Date.now()));
  while (ended === null) await vi.advanceTimersByTimeAsync(1);
  return ended - started;
}

test('each wait is longer than the one before, up to the longest, and short again after a success', async () => {
  const backoff = createBackoff({ firstMs: 100, maxMs: 1000, random: () => 1 });
  const waits: number[] = [];
  for (let i = 0; i < 6; i++) waits.push(await measure(backoff.wait(never)));
  expect(waits).toEqual([100, 200, 400, 800, 1000, 1000]);
  backoff.reset();
  expect(await measure(backoff.wait(never))).toBe(100);
});

test('devices that failed together come back apart: between half of the wait and all of it', async () => {
  const waits = await Promise.all([0, 0.25, 0.5, 0.999].map((random) => measure(createBackoff({ firstMs: 1000, maxMs: 30_000, random: () => random }).wait(never))));
  expect(waits).toEqual([500, 625, 750, 999]);
});

test('a network that is back ends the wait, but not one that the server asked for', async () => {
  const backoff = createBackoff({ firstMs: 10_000, maxMs: 30_000, random: () => 1 });
  const ended: string[] = [];
  void backoff.wait(never).then(() => ended.push('own'));
  void backoff.wait(never, 15_000).then(() => ended.push('asked for'));
  backoff.wake();
  await vi.advanceTimersByTimeAsync(14_999);
  expect(ended).toEqual(['own']);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(ended).toEqual(['own', 'asked for']);
});

test('stopping ends every wait at once and leaves no timer, however long it was', async () => {
  const stopped = new AbortController();
  const backoff = createBackoff({ firstMs: 100, maxMs: 1000, random: () => 1 });
  const waits = Promise.all([backoff.wait(stopped.signal), backoff.wait(stopped.signal, Number.MAX_SAFE_INTEGER)]);
  // Longer than a timer can count: it must not end at once.
  await vi.advanceTimersByTimeAsync(5000);
  expect(vi.getTimerCount()).toBe(1);
  stopped.abort();
  await waits;
  expect(vi.getTimerCount()).toBe(0);
});
