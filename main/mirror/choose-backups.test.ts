import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chooseBackups, isOutdated, KEPT } from './choose-backups.ts';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 10, 22, 18, 45);
const MOST = KEPT.hours + KEPT.days + KEPT.weeks;

test('a year of work, hour by hour, leaves 12 hours, 7 days and 26 weeks', () => {
  let kept: number[] = [];
  for (let hour = 0; hour < 365 * 24; hour++) kept = [...chooseBackups([...kept, START + hour * HOUR], START + hour * HOUR)];
  const now = START + (365 * 24 - 1) * HOUR;
  const ages = kept.map((time) => (now - time) / HOUR).toSorted((a, b) => a - b);
  expect(ages.slice(0, 12)).toEqual(Array.from({ length: 12 }, (_hour, i) => i));
  expect(ages.filter((age) => age >= 12 && age < 7 * 24).length).toBeGreaterThanOrEqual(5);
  expect(ages.at(-1)).toBeGreaterThan(24 * 7 * 24);
  expect(kept.length).toBeLessThanOrEqual(MOST);
});

test('days without work use nothing up', () => {
  const year = 365 * 24 * HOUR;
  const times = [START - 3 * year, START - 2 * year, START - year];
  expect([...chooseBackups(times, START)].toSorted((a, b) => a - b)).toEqual(times);
});

test('whatever the clock does, the one just made stays, the newest stays, and there is an end to their number', () => {
  const jumps = fc.array(fc.oneof(fc.constant(HOUR), fc.integer({ min: -5 * 365 * 24, max: 5 * 365 * 24 }).map((hours) => hours * HOUR), fc.integer({ min: 0, max: 10 * HOUR })), { minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(jumps, (steps) => {
      let now = START;
      let kept: number[] = [];
      for (const step of steps) {
        now += step;
        const there = [...new Set([...kept, now])];
        kept = [...chooseBackups(there, now)];
        expect(kept).toContain(now);
        expect(kept).toContain(Math.max(...there));
        expect(kept.every((time) => there.includes(time))).toBe(true);
        expect(kept.length).toBeLessThanOrEqual(2 * MOST);
      }
    }),
    { verbose: 1 },
  );
});

test('a clock that was a year ahead for a day does not push out what is made afterwards', () => {
  const ahead = Array.from({ length: 24 }, (_hour, i) => START + 365 * 24 * HOUR + i * HOUR);
  let kept = [...chooseBackups(ahead, ahead.at(-1)!)];
  for (let hour = 0; hour < 12; hour++) kept = [...chooseBackups([...kept, START + hour * HOUR], START + hour * HOUR)];
  expect(kept.filter((time) => time < START + 24 * HOUR)).toHaveLength(12);
});

test('what a restore replaced stays for 30 days', () => {
  expect(isOutdated(START - 30 * 24 * HOUR, START)).toBe(false);
  expect(isOutdated(START - 30 * 24 * HOUR - 1, START)).toBe(true);
  expect(isOutdated(START + HOUR, START)).toBe(false);
});
