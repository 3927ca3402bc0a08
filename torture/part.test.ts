import { describe, expect, it } from 'vitest';
import { createRandom } from './random.ts';
import { repeatRuns } from './part.ts';

describe('a part of the torture', () => {
  it('goes on after a run that failed, and names the seed that makes it again', async () => {
    const lines: string[] = [];
    const seen: number[] = [];
    const runOnce = async (seed: number): Promise<void> => {
      seen.push(seed);
      if (seed === 8) throw new Error('a word is lost');
    };
    const { runs, failures, figures } = await repeatRuns({ minutes: 1, seed: 7, runs: 3, report: (line) => lines.push(line) }, runOnce);
    expect(seen).toEqual([7, 8, 9]);
    expect(runs).toBe(3);
    expect(failures).toMatchObject([{ seed: 8, error: { message: 'a word is lost' } }]);
    expect(lines.join('\n')).toMatch(/seed 7\n✗ seed 8: .*a word is lost/);
    expect(figures[0]).toMatch(/^3 runs in \d+ s, seeds 7 to 9, 1 failed$/);
  });

  it('makes one run, and no more when its time is over', async () => {
    expect((await repeatRuns({ minutes: 0, seed: 1, report: () => undefined }, async () => undefined)).runs).toBe(1);
  });

  it('has the same chance for the same seed', () => {
    const draw = (seed: number): number[] => {
      const random = createRandom(seed);
      return Array.from({ length: 20 }, () => random.below(1000));
    };
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });
});
