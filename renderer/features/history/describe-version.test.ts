import { expect, test } from 'vitest';
import { describeChange, describeVersion } from './describe-version.ts';

test.each([
  [120, 100, '+20'],
  [1_000, 3_500, '−2,500'],
  [7, 7, '±0'],
  [7, null, ''],
])('%d words after %s are %j', (words, wordsBefore, said) => {
  expect(describeChange({ words, wordsBefore })).toBe(said);
});

test('a version that was named goes by its name, any other by why it was kept', () => {
  expect(describeVersion({ reason: 'named', name: 'Before the cut' })).toBe('“Before the cut”');
  expect(describeVersion({ reason: 'interval' })).toBe('while writing');
});
