import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { levelPassages } from './level-passages.ts';

const height = fc.option(fc.double({ min: 10, max: 4000, noNaN: true }), { nil: null, freq: 5 });
const options = { gap: 30, least: 24 };

/** Where each passage begins on a page when its texts and the rooms above them are stacked. */
function stack(rooms: readonly number[], heights: readonly (number | null)[]): (number | null)[] {
  let at = 0;
  return heights.map((own, index) => {
    if (own === null) return null;
    const top = at + (rooms[index] ?? 0);
    at = top + own;
    return top;
  });
}

describe('levelling', () => {
  test('every passage begins where it begins on the other page, within a twentieth of a pixel', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(height, height), { maxLength: 300 }), (pairs) => {
        const [verso, recto] = [pairs.map((pair) => pair[0]), pairs.map((pair) => pair[1])];
        const levels = levelPassages(verso, recto, options);
        for (const [page, rooms] of [[verso, levels.verso], [recto, levels.recto]] as const) {
          const differences = stack(rooms, page).map((top, index) => (top === null ? 0 : Math.abs(top - (levels.tops[index] ?? Number.NaN))));
          expect(Math.max(0, ...differences)).toBeLessThan(0.05);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('no passage runs into the next one on either page', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(height, height), { maxLength: 60 }), (pairs) => {
        const levels = levelPassages(pairs.map((pair) => pair[0]), pairs.map((pair) => pair[1]), options);
        for (const [index, pair] of pairs.entries()) {
          const end = (levels.tops[index] ?? 0) + Math.max(pair[0] ?? 0, pair[1] ?? 0);
          expect((levels.tops[index + 1] ?? levels.total + options.gap) - end).toBeGreaterThanOrEqual(options.gap - 0.05);
        }
      }),
    );
  });

  test('a passage that is on one page only leaves its room empty on the other', () => {
    const levels = levelPassages([100, 50, 80], [200, null, 90], options);
    expect(levels.tops).toEqual([0, 230, 310]);
    expect(levels.verso).toEqual([0, 130, 30]);
    expect(levels.recto).toEqual([0, 0, 110]);
    expect(levels.total).toBe(400);
  });
});
