/** How long the specs go on that do the same again and again, each time at another moment (npm run torture). */

/** Of each, in a run. */
export const ROUNDS = Number(process.env['RECTO_TORTURE_ROUNDS'] ?? 4);
export const SEED = Number(process.env['RECTO_TORTURE_SEED'] ?? Date.now() % 1_000_000);

/** The same numbers for the same seed (mulberry32). */
export function makeRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
