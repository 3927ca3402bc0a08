/** Numbers that look random and are the same for the same seed (mulberry32, T. Ettinger, public domain). */
export interface Random {
  /** An integer from 0 to `end` - 1. */
  below(end: number): number;
  /** True in a share (0 to 1) of the calls. */
  chance(share: number): boolean;
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return { below: (end) => Math.floor(next() * end), chance: (share) => next() < share };
}
