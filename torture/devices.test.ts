import { expect, it } from 'vitest';
import { run } from './devices.ts';

it('five devices, killed, cut off and on wrong clocks, lose no word and come to hold the same', { timeout: 600_000 }, async () => {
  const lines: string[] = [];
  const outcome = await run({ minutes: 0.1, seed: 1, runs: 2, report: (line) => lines.push(line) });
  expect(outcome.failures, lines.join('\n')).toEqual([]);
  expect(outcome.runs).toBeGreaterThan(0);
});
