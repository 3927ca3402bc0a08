import { expect, test } from 'vitest';
import { scoreCommand } from './score-command.ts';

const sepia = ['Paper: sepia', 'theme', 'colour'];

test.each([
  ['', 1],
  ['pap', 1],
  ['sepia', 0.8],
  ['sep pap', 0.8],
  ['THEME', 0.5],
  ['theme sepia', 0.5],
  ['epia', 0],
  ['sepia night', 0],
])('%j fits Paper: sepia by %d', (search, score) => {
  expect(scoreCommand(search, sepia)).toBe(score);
});
