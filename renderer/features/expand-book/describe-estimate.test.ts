import { expect, test } from 'vitest';
import type { BookEstimate } from '#app/use-cases/estimate-book.ts';
import { describeCost } from './describe-estimate.ts';

const estimate = (cost: number, budgetLeft?: number): BookEstimate => ({
  chapters: 31, fresh: 0, empty: 0, runAt: 'device', provider: 'anthropic',
  usage: { passages: 595, inputTokens: 789_812, outputTokens: 289_410, cost },
  ...(budgetLeft !== undefined && { budgetLeft }),
});

test('what a book costs is said to the cent, beside what the month’s budget has left', () => {
  expect(describeCost(estimate(6.7088))).toBe('About 790,000 tokens go to the model and 289,000 come back, for 595 passages: cost 6.71 by your prices.');
  expect(describeCost(estimate(6.7088, 10))).toMatch(/This month’s budget has 10\.00 left\.$/);
  expect(describeCost(estimate(0.0042, 10))).toMatch(/cost 0\.0042 by your prices/);
});

test('a budget that does not pay for it says so before anything is asked for', () => {
  expect(describeCost(estimate(6.7088, 5))).toMatch(/more than the 5\.00 that this month’s budget has left/);
  expect(describeCost(estimate(6.7088, 0))).toMatch(/budget is spent: raise it in the settings/);
});
