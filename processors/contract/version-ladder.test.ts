import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findThinnedOut, type PastVersion } from './version-ladder.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOW = Date.UTC(2030, 0, 15, 12, 30);

/** A version each so often, from `oldest` before now on. */
function each(ms: number, oldest: number): PastVersion[] {
  return Array.from({ length: Math.floor(oldest / ms) + 1 }, (_, index) => ({ id: `v${index}`, at: NOW - index * ms }));
}

function kept(versions: readonly PastVersion[], now = NOW): PastVersion[] {
  const gone = new Set(findThinnedOut(versions, now));
  return versions.filter(({ id }) => !gone.has(id));
}

const between = (versions: readonly PastVersion[], from: number, to: number): number => versions.filter(({ at }) => NOW - at >= from && NOW - at < to).length;

describe('past versions', () => {
  it('are all there for a day, then one an hour for a week, one a day for a year, one a week after', () => {
    const left = kept(each(20 * MINUTE, 730 * DAY));
    expect(between(left, 0, DAY)).toBe(DAY / (20 * MINUTE));
    // A stretch that has just begun or ended counts for itself.
    expect(between(left, DAY, 7 * DAY)).toSatisfy((count: number) => Math.abs(count - 6 * 24) <= 1);
    expect(between(left, 7 * DAY, 365 * DAY)).toSatisfy((count: number) => Math.abs(count - 358) <= 1);
    expect(between(left, 365 * DAY, 800 * DAY)).toSatisfy((count: number) => Math.abs(count - 365 / 7) <= 2);
  });

  it('that stay do so at any age, and take the place of no other', () => {
    const at = NOW - 400 * DAY;
    const named = { id: 'named', at: at + MINUTE, stays: true };
    expect(kept([{ id: 'one', at }, named])).toHaveLength(2);
  });

  it('thin out to the same ones whenever and however often it is done, and the newest of all stays', () => {
    const versions = fc.uniqueArray(fc.record({ id: fc.uuid(), at: fc.integer({ min: NOW - 800 * DAY, max: NOW }) }), { selector: ({ id }) => id, minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(versions, fc.array(fc.integer({ min: 0, max: 400 * DAY }), { maxLength: 5 }), (all, pauses) => {
        const times = pauses.toSorted((a, b) => a - b).map((pause) => NOW + pause);
        const end = times.at(-1) ?? NOW;
        const stepwise = times.reduce((left, time) => kept(left, time), all);
        expect(kept(stepwise, end)).toEqual(stepwise.filter((version) => kept(stepwise, end).includes(version)));
        const newest = all.toSorted((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1))[0]!;
        expect(stepwise).toContain(newest);
        // Thinned out bit by bit, nothing is left that would go at once, and in each week one is left.
        const weeks = (some: readonly PastVersion[]): Set<number> => new Set(some.map(({ at }) => Math.floor(at / (7 * DAY))));
        expect(weeks(kept(stepwise, end))).toEqual(weeks(all));
      }),
    );
  });
});
