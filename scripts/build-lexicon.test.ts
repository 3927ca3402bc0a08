import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { buildLexicon } from './build-lexicon.ts';

it('the lexicon is what WordNet and the thesaurus give today', () => {
  const file = new URL('../processors/text-expansion/built-in/generated/lexicon.js', import.meta.url);
  expect(buildLexicon() === readFileSync(file, 'utf8'), 'run `node scripts/build-lexicon.ts`').toBe(true);
});
