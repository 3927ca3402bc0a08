import { expect, it } from 'vitest';
import { readRetryAfter } from './provider-errors.ts';

const NOW = Date.UTC(2026, 10, 22, 12, 0, 0);

it.each([
  [{ 'retry-after': '7' }, 7_000],
  [{ 'retry-after': ' 0.5 ' }, 500],
  [{ 'retry-after': 'Sun, 22 Nov 2026 12:00:30 GMT' }, 30_000],
  [{ 'retry-after': 'Sun, 22 Nov 2026 11:00:00 GMT' }, 0],
  [{ 'retry-after-ms': '250', 'retry-after': '9' }, 250],
  [{ 'retry-after': '-3' }, undefined],
  [{ 'retry-after': 'soon' }, undefined],
  [{ 'retry-after': '' }, undefined],
  [{}, undefined],
])('reads %j as a wait of %s ms', (headers, ms) => {
  expect(readRetryAfter(headers as Record<string, string>, NOW)).toBe(ms);
});
