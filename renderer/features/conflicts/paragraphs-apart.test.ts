import { expect, test } from 'vitest';
import { paragraphsApart } from './paragraphs-apart.ts';

test('what only one device has is shown, and what both have is not', () => {
  const mine = 'Dusk.\n\nThe lamp burnt low.\n\nNobody came.';
  const theirs = 'Dusk.\n\nThe lamp burnt high.\n\nNobody came.\n\nThen a knock.';
  expect(paragraphsApart(mine, theirs)).toEqual({ mine: ['The lamp burnt low.'], theirs: ['The lamp burnt high.', 'Then a knock.'] });
});
