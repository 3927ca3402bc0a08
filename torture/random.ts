/** Chance that comes again with its seed. */
import { makeRandom } from '../e2e/torture.ts';

export interface Random {
  /** 0 ≤ x < 1 */
  fraction(): number;
  /** 0 ≤ x < end, whole */
  below(end: number): number;
  chance(probability: number): boolean;
  /** One of them; there must be one. */
  pick<T>(choices: readonly T[]): T;
}

export function createRandom(seed: number): Random {
  const fraction = makeRandom(seed);
  // The first numbers of neighbouring seeds are alike.
  for (let i = 0; i < 5; i++) fraction();
  const below = (end: number): number => Math.floor(fraction() * end);
  return { fraction, below, chance: (probability) => fraction() < probability, pick: (choices) => choices[below(choices.length)]! };
}
