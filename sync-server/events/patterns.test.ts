import { expect, it } from 'vitest';
import { matchesSubscription } from './patterns.ts';

it.each([
  ['blob.*', 'blob.created.text-input-v1', true],
  ['blob.*', 'blob.derived', true],
  ['blob.>', 'blob.created.text-input-v1', true],
  ['*', 'processor.progress', true],
  ['blob.created', 'blob.created.text-input-v1', true],
  ['blob.created.text-input-v1', 'blob.created.text-input-v1', true],
  ['blob.*.text-input-v1', 'blob.updated.text-input-v1', true],
  ['blob.created.text-input-v1', 'blob.created.text-input-v2', false],
  ['blob.created.text-input-v1', 'blob.created', false],
  ['processor.*', 'blob.derived', false],
  ['blo', 'blob.derived', false],
  ['', 'blob.derived', false],
])('%s fits %s: %s', (pattern, subject, fits) => {
  expect(matchesSubscription(pattern, subject)).toBe(fits);
});
