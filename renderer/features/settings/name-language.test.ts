import { expect, test } from 'vitest';
import { nameLanguage, sortByName } from './name-language.ts';

test.each([
  ['en-GB', 'British English'],
  ['de', 'German'],
  ['not a tag', 'not a tag'],
])('%s is %s', (code, name) => {
  expect(nameLanguage(code)).toBe(name);
});

test('languages stand by their names, not by their codes', () => {
  expect(sortByName(['es', 'de', 'en-US', 'hr'])).toEqual(['en-US', 'hr', 'de', 'es']);
});
