import { expect, it } from 'vitest';
import { isUncountable, readMoney, writeMoney } from './money.ts';

it('reads what a provider costs, with a point or a comma, and writes it back', () => {
  const read = readMoney({ input: '3', output: ' 15,5 ', budget: '20' });
  expect(read).toEqual({ price: { input: 3, output: 15.5 }, budget: 20 });
  expect(writeMoney({ provider: 'anthropic', ...read })).toEqual({ input: '3', output: '15.5', budget: '20' });
  expect(readMoney({ input: '', output: '1', budget: '0' })).toEqual({ price: { input: 0, output: 1 }, budget: 0 });
});

it('keeps no budget without a price, and nothing that is no amount', () => {
  expect(readMoney({ input: '', output: 'much', budget: '20' })).toEqual({});
  expect(readMoney({ input: '-3', output: '2', budget: '-1' })).toEqual({ price: { input: 0, output: 2 } });
});

it('says so where a budget has nothing to be counted by', () => {
  expect(isUncountable({ input: '', output: '', budget: '20' })).toBe(true);
  expect(isUncountable({ input: '0', output: '', budget: '20' })).toBe(false);
  expect(isUncountable({ input: '', output: '', budget: '' })).toBe(false);
});
