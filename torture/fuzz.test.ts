import { expect, it } from 'vitest';
import { tryNonsense } from './fuzz.ts';

it('nonsense of every kind, by anybody, fails nowhere and shows and changes nothing of another tenant’s', { timeout: 600_000 }, async () => {
  const seed = Date.now() % 1_000_000;
  console.log(`seed ${seed}`);
  const { done, refused } = await tryNonsense(seed, 400);
  expect(done + refused).toBe(400);
  // Neither is all of it refused at the door, nor is it nothing but sound requests.
  expect(Math.min(done, refused)).toBeGreaterThan(20);
});
