import { expect, it } from 'vitest';
import { findWay } from './full-disk/small-disk.ts';
import { run } from './full-disk.ts';

// Linux alone can be asked for a small disk, and not where who runs this may not mount one.
const isPossible = findWay() !== undefined;
// A list of tests shows no names of those that were skipped.
if (!isPossible) console.warn('A full disk is not tried: no small one can be mounted here (“unshare --mount” is not allowed).');
it.skipIf(!isPossible)('a disk that fills under the server loses nothing that was acknowledged, and all goes on when there is room', { timeout: 600_000 }, async () => {
  const { runs, failures } = await run({ minutes: 10, runs: 1, seed: Date.now() % 1_000_000, report: (line) => console.log(line) });
  expect(failures).toEqual([]);
  expect(runs).toBe(1);
});
