import { expect, it } from 'vitest';
import { matchesPattern } from './event-patterns.ts';

it.each([
  ['blob.created.text-input-v1', 'blob.created.text-input-v1', true],
  ['blob.created.text-input-v1', 'blob.updated.text-input-v1', false],
  ['blob.*.text-input-v1', 'blob.updated.text-input-v1', true],
  ['blob.created.*', 'blob.created.note-v1', true],
  ['blob.*', 'blob.created.note-v1', false],
  ['blob.>', 'blob.created.note-v1', true],
  ['>', 'blob.created.note-v1', true],
  ['blob.created.note-v1.>', 'blob.created.note-v1', false],
  ['blob.>.note-v1', 'blob.created.note-v1', false],
  ['blob.created', 'blob.created.note-v1', false],
  ['', 'blob.created.note-v1', false],
])('%s and %s: %s', (pattern, subject, fits) => {
  expect(matchesPattern(pattern, subject)).toBe(fits);
});
