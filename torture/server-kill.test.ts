import { expect, it } from 'vitest';
import { killAgainAndAgain, type Tally } from './server-kill.ts';

it('a server that is killed in the middle of pushes has what it acknowledged, once', { timeout: 600_000 }, async () => {
  const seed = Date.now() % 1_000_000;
  console.log(`seed ${seed}`);
  const tally: Tally = { kills: 0, interrupted: 0, acknowledged: 0, expanded: 0, files: 0 };
  await killAgainAndAgain(seed, 3, tally);
  expect(tally.kills).toBe(3);
  // All ten write whenever there is a server: a kill finds each with a request under way.
  expect(tally.interrupted).toBeGreaterThan(0);
  expect(tally.acknowledged).toBeGreaterThan(0);
});
