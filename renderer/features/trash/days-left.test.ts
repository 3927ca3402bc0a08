import { expect, test } from 'vitest';
import { daysLeft } from './days-left.ts';

test.each([
  ['2026-03-01T00:00:00.000Z', 90],
  ['2025-12-01T00:00:00.001Z', 1],
  ['2025-12-01T00:00:00.000Z', 0],
])('what is gone at %s has %d days left', (goneAt, days) => {
  expect(daysLeft(goneAt, Date.parse('2025-12-01T00:00:00.000Z'))).toBe(days);
});
