import fc from 'fast-check';
import { expect, it } from 'vitest';
import { matchesPattern } from '#processors/orchestrator/event-patterns.ts';
import { findCommonPattern } from './common-pattern.ts';
import { toSubject } from './subjects.ts';

it.each([
  [['blob.created.text-input-v1'], 'blob.created.text-input-v1'],
  [['blob.created.text-input-v1', 'blob.updated.text-input-v1'], 'blob.*.text-input-v1'],
  [['blob.created.note-v1', 'blob.created.pitch-v1'], 'blob.created.*'],
  [['blob.created.note-v1', 'blob.updated.pitch-v1'], 'blob.*.*'],
  [['blob.created.note-v1', 'blob.derived'], 'blob.>'],
  [['blob.derived'], 'blob.derived'],
  [['blob.created.note-v1', 'blob.created.>'], 'blob.created.>'],
  [['>'], 'blob.>'],
  [['*.created.note-v1'], 'blob.created.note-v1'],
  [['processor.failed', 'blob.created.note-v1'], 'blob.created.note-v1'],
  [['processor.>', '*', 'blob', '', 'blob.>.x'], null],
  [[], null],
])('of %j is %s', (patterns, common) => {
  expect(findCommonPattern(patterns)).toBe(common);
});

it('fits every event of the stream that one of the patterns fits', () => {
  const word = fc.constantFrom('created', 'updated', 'note-v1', 'text-input-v2', 'a b', '');
  const subject = fc.array(word, { minLength: 1, maxLength: 3 }).map((tokens) => ['blob', ...tokens].join('.'));
  const pattern = fc
    .tuple(fc.constantFrom('blob', '*', 'processor'), fc.array(fc.oneof(word, fc.constant('*')), { maxLength: 3 }), fc.constantFrom([], ['>']))
    .map(([root, tokens, rest]) => [root, ...tokens, ...rest].join('.'));
  fc.assert(
    fc.property(fc.array(pattern, { maxLength: 4 }), subject, (patterns, event) => {
      const common = findCommonPattern(patterns);
      const isWanted = patterns.some((one) => matchesPattern(one, event));
      expect(!isWanted || (common !== null && matchesPattern(common, toSubject(event)))).toBe(true);
    }),
    { numRuns: 2000 },
  );
});
