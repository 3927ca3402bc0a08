import { expect, it } from 'vitest';
import { run } from './mutilation.ts';

it('a mutilated database or backup is found and named, and never served', { timeout: 600_000 }, async () => {
  const { runs, failures } = await run({ minutes: 10, runs: 12, seed: Date.now() % 1_000_000, report: (line) => console.log(line) });
  expect(failures).toEqual([]);
  expect(runs).toBe(12);
});
